"""The notification centre on every host and in the back office, the choice of e-mails, turning one off by a link."""
