"""Drives posthog-python as an application would; reads its task as JSON, prints what it saw as JSON."""

import json
import sys
import time
import urllib.request

from posthog import Posthog
from posthog.version import VERSION

task = json.loads(sys.argv[1])
keys = task["keys"]
person = task["person"]
problems = []


def client(**options):
    return Posthog(
        task["token"],
        host=task["url"],
        on_error=lambda error, items: problems.append(str(error)),
        flush_at=10,
        flush_interval=0.2,
        **options,
    )


def price_of(item):
    try:
        return {}[item]
    except KeyError as error:
        raise ValueError("no price in python") from error


def remote():
    posthog = client(gzip=True)
    pro = {"plan": "pro"}
    seen = {
        "boolean": posthog.feature_enabled(keys["pro"], person, person_properties=pro),
        "without_property": posthog.feature_enabled(keys["pro"], person),
        "variant": posthog.get_feature_flag(keys["variant"], person),
        "payload": posthog.get_feature_flag_payload(keys["variant"], person),
        "all": posthog.get_all_flags(person, person_properties=pro),
    }
    flags = posthog.evaluate_flags(person, flag_keys=[keys["variant"]])
    seen["snapshot"] = flags.get_flag(keys["variant"])
    posthog.capture("python purchase", distinct_id=person, properties={"amount": 7}, flags=flags)
    posthog.set(distinct_id=person, properties={"plan": "pro"})
    posthog.set_once(distinct_id=person, properties={"first_seen": "today"})
    posthog.alias(person, person + "-alias")
    posthog.group_identify("company", person + "-company", {"tier": "gold"})
    try:
        price_of("birdhouse")
    except ValueError as error:
        posthog.capture_exception(error, distinct_id=person)
    posthog.flush()
    posthog.shutdown()
    return seen


def local():
    posthog = client(personal_api_key=task["personal_api_key"], poll_interval=0.2)
    posthog.load_feature_flags()
    pro = {"plan": "pro"}
    only = {"only_evaluate_locally": True, "send_feature_flag_events": False}
    seen = {
        "definitions": own_definitions(posthog),
        "boolean": posthog.get_feature_flag(keys["pro"], person, person_properties=pro, **only),
        "variant": posthog.get_feature_flag(keys["variant"], person, **only),
        "shares": [
            posthog.get_feature_flag(keys["share"], "parity-%d" % i, **only) for i in range(200)
        ],
        "remote_config": posthog.get_remote_config_payload(keys["remote_config"]),
    }
    # Requests that are held and then answered with 304 must leave the definitions as they are.
    time.sleep(2.5)
    seen["definitions_after_polls"] = own_definitions(posthog)
    seen["switched_off_after_ms"] = switch_off(posthog, only)
    posthog.shutdown()
    return seen


def own_definitions(posthog):
    """How many of this test's flags the client holds; others come and go beside it."""
    return sum(flag["key"] in keys.values() for flag in posthog.feature_flags or [])


def switch_off(posthog, only):
    """Changes a flag through the management API; says how long the polling client took to know."""
    assert posthog.get_feature_flag(keys["switch"], person, **only) is True
    request = urllib.request.Request(
        "%s/api/projects/@current/feature_flags/%s/" % (task["url"], keys["switch"]),
        method="PATCH",
        data=b'{"active": false}',
        headers={
            "Authorization": "Bearer " + task["personal_api_key"],
            "Content-Type": "application/json",
        },
    )
    urllib.request.urlopen(request).read()
    start = time.monotonic()
    while posthog.get_feature_flag(keys["switch"], person, **only) is not False:
        if time.monotonic() - start > 30:
            raise TimeoutError("the change did not arrive")
        time.sleep(0.002)
    return (time.monotonic() - start) * 1000


print(json.dumps({"version": VERSION, "remote": remote(), "local": local(), "problems": problems}))
