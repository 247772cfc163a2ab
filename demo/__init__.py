"""A believable world to try the platform in: suppliers with goods, buyers with roles, orders and requests in course.

Stands above every app and under none; production never needs it. Everything is built through the services, from a fixed
random seed.
"""
