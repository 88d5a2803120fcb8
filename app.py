"""Facet: the Chalice app. Routes live in chalicelib/handlers; every other trigger is one line here."""

from chalicelib.handlers import customers, docs, health
from chalicelib.handlers.gateway import Facet

app = Facet(app_name="facet")
for feature in (customers, docs, health):
    app.register_blueprint(feature.endpoint.blueprint)
