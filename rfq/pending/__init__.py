"""Awards that wait for an approval: what they would take is known to the whole company until they are decided."""
