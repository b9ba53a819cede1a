"""Evaluates every flag for every person with posthog-python, locally only. Reads its task from a file."""

import json
import logging
import sys

from posthog import Posthog

# Values that Python cannot compare are logged with their trace, thousands of times.
logging.getLogger("posthog").setLevel(logging.CRITICAL)

with open(sys.argv[1], encoding="utf-8") as file:
    task = json.load(file)

posthog = Posthog(
    task["token"],
    host=task["url"],
    personal_api_key=task["personal_api_key"],
    poll_interval=3600,
    sync_mode=True,
)
posthog.load_feature_flags()
answers = []
for person in task["people"]:
    found = posthog.get_all_flags_and_payloads(
        person["distinctId"],
        groups=person["groups"],
        person_properties=person["personProperties"],
        group_properties=person["groupProperties"],
        device_id=person.get("deviceId"),
        only_evaluate_locally=True,
    )
    answers.append({"values": found["featureFlags"], "payloads": found["featureFlagPayloads"]})
count = len(posthog.feature_flags or [])
posthog.shutdown()
print(json.dumps({"definitions": count, "answers": answers}))
