"""What is said about a request besides offers: drawings and data sheets, questions, answers, news for all invited."""
