output "cell" {
  description = "The cell, as the directory of domains names it."
  value       = var.cell
}

output "environment" {
  description = "Variables of every container of the cell."
  value       = local.environment
}

output "secrets" {
  description = "Names of the secrets that must exist before a container starts."
  value       = local.secrets
}
