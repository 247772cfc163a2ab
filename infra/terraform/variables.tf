variable "cell" {
  description = "Short name of the cell, such as eu1."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.cell))
    error_message = "2 to 12 small letters and digits, beginning with a letter."
  }
}

variable "platform_domain" {
  description = "The marketplace's domain; storefronts are <slug>.<platform_domain>."
  type        = string
}

variable "meilisearch_url" {
  description = "Address of the cell's search service."
  type        = string
}

variable "email_host" {
  description = "SMTP relay for outgoing mail."
  type        = string
}
