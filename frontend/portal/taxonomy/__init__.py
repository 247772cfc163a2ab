"""What the supplier’s categories mean on the marketplace."""
