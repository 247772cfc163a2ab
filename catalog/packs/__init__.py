"""Packs: fixed kits, and sets of goods and services that a buyer configures; what is chosen is checked and priced."""
