"""Value-added tax: the table that decides, the facts it asks for, checks of VAT numbers, sentences for documents."""
