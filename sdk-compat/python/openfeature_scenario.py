"""Drives OpenFeature's Python SDK with its OFREP provider; reads its task as JSON, prints what it saw as JSON."""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

task = json.loads(sys.argv[1])
keys = task["keys"]
someone = EvaluationContext("someone")
pro = EvaluationContext("someone", {"plan": "pro"})

api.set_provider(
    OFREPProvider(
        base_url=task["url"],
        headers_factory=lambda: {"Authorization": "Bearer " + task["token"]},
    )
)
client = api.get_client()


def seen(details):
    return {
        "value": details.value,
        "variant": details.variant,
        "reason": str(details.reason),
        "error": details.error_code and str(details.error_code),
        "version": details.flag_metadata.get("version"),
    }


print(
    json.dumps(
        {
            "boolean": seen(client.get_boolean_details(keys["boolean"], False, someone)),
            "pro": seen(client.get_boolean_details(keys["pro"], False, pro)),
            "text": seen(client.get_string_details(keys["text"], "default", someone)),
            "float": seen(client.get_float_details(keys["number"], 1.0, pro)),
            "object": seen(client.get_object_details(keys["object"], {}, someone)),
            "off": seen(client.get_boolean_details(keys["off"], True, someone)),
            "no_value": seen(client.get_float_details(keys["number"], 9.0, someone)),
            "unknown": seen(client.get_boolean_details("nowhere", True, someone)),
            "no_key": seen(client.get_boolean_details(keys["half"], True)),
            "mismatch": seen(client.get_integer_details(keys["text"], 3, someone)),
        }
    )
)
