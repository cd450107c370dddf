"""Answers of `/api/sla` and `/api/webhooks`, for pages that show them."""

SLA = {
    "calendars": [
        {
            "name": "bureau",
            "timeZone": "Europe/Paris",
            "hours": {"mon": [["08:30", "12:00"], ["13:30", "18:00"]]},
            "holidays": ["2020-12-25", "2099-12-25"],
        }
    ],
    "policies": [
        {
            "match": {"priority": "urgent", "project": "atelier"},
            "firstResponseMinutes": 90,
            "nextResponseMinutes": 30,
            "targetHours": 4,
            "calendar": "bureau",
        },
        {
            "match": {},
            "firstResponseMinutes": 240,
            "nextResponseMinutes": None,
            "targetHours": 72,
            "calendar": None,
        },
    ],
}
WEBHOOKS = {
    "webhooks": [
        {"url": "https://hooks.example.org/a", "events": ["message"], "internal": False},
        {"url": "https://hooks.example.org/b", "events": "*", "internal": True},
    ]
}
