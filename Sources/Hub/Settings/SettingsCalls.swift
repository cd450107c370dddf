// /api/sla and /api/webhooks: the operator's settings, for people with access to them.

import Protocol
import Text
import Tickets
import Wire

struct SettingsCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    private var settings: HubSettings { worker.context.settings }

    // MARK: Promises

    /// Clients get promises that can apply to them, without other projects and their calendars.
    func sla() {
        let rules = settings.policy.allRules.compactMap { visible($0) }
        let named = Set(rules.compactMap(\.calendarName))
        let calendars = settings.policy.calendars.filter {
            caller.person.role.isStaff || named.contains($0.name)
        }
        exchange.respond(
            .json { json in
                json.key("calendars")
                json.beginArray()
                for calendar in calendars { json.calendar(calendar) }
                json.endArray()
                json.key("policies")
                json.beginArray()
                for rule in rules { json.rule(rule) }
                json.endArray()
            })
    }

    private func visible(_ rule: SLARule) -> SLARule? {
        guard !caller.person.role.isStaff, !rule.projects.isEmpty else { return rule }
        var rule = rule
        rule.projects = rule.projects.filter(caller.projects.contains)
        return rule.projects.isEmpty ? nil : rule
    }

    // MARK: Webhooks

    func webhooks() {
        guard caller.person.role == .admin else {
            return exchange.refuse(TicketRejection(.forbidden, "Webhooks are for administrators."))
        }
        perform { () throws(TicketRejection) in
            try FieldReader(query: exchange.head.query).finish()
            respond(.success(page(of: settings.outbox.plan.webhooks)))
        }
    }

    private func page(of webhooks: [WebhookFilter]) -> Response {
        .json { json in
            json.key("webhooks")
            json.beginArray()
            for webhook in webhooks { json.webhook(webhook) }
            json.endArray()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func calendar(_ calendar: NamedHours) {
        beginObject()
        field("name", calendar.name)
        field("timeZone", calendar.hours.timeZone)
        key("hours")
        beginObject()
        for (day, shifts) in zip(SLAFile.weekdays, calendar.hours.week) where !shifts.isEmpty {
            key(day.string)
            beginArray()
            for shift in shifts {
                beginArray()
                string(Self.time(shift.from))
                string(Self.time(shift.to))
                endArray()
            }
            endArray()
        }
        endObject()
        strings("holidays", calendar.hours.holidays.sorted().map(\.description))
        endObject()
    }

    /// `08:30`, to 24:00.
    private static func time(_ minutes: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }

    fileprivate mutating func rule(_ rule: SLARule) {
        beginObject()
        key("match")
        beginObject()
        alternatives("priority", rule.priorities.map(\.rawValue))
        alternatives("category", rule.categories.map(\.rawValue))
        alternatives("project", rule.projects.map(\.string))
        endObject()
        number("firstResponseMinutes", rule.terms.targets.firstResponseMinutes)
        number("nextResponseMinutes", rule.terms.targets.nextResponseMinutes)
        number("targetHours", rule.terms.targets.resolutionHours)
        key("calendar")
        if let name = rule.calendarName { string(name) } else { null() }
        endObject()
    }

    /// As in the file: one value, a list, or nothing.
    private mutating func alternatives(_ name: StaticString, _ values: [String]) {
        guard let first = values.first else { return }
        if values.count == 1 { field(name, first) } else { strings(name, values) }
    }

    fileprivate mutating func webhook(_ webhook: WebhookFilter) {
        beginObject()
        field("url", webhook.address)
        if let kinds = webhook.kinds {
            strings("events", EventKind.allCases.filter(kinds.contains).map(\.rawValue))
        } else {
            field("events", "*")
        }
        field("internal", webhook.takesInternal)
        endObject()
    }
}
