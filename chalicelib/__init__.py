"""Facet: the CRM for jewellers. Imports run one way: handlers -> wiring -> repos -> domain."""
