terraform {
  required_version = ">= 1.6"
}

locals {
  # What every container of the cell gets. Secrets are not here: the container platform injects them by name.
  environment = {
    DJANGO_SETTINGS_MODULE = "config.settings.production"
    PLATFORM_DOMAIN        = var.platform_domain
    MEILISEARCH_URL        = var.meilisearch_url
    EMAIL_HOST             = var.email_host
  }

  secrets = [
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "MEILISEARCH_KEY",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
  ]
}
