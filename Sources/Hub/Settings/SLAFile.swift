// Parses the JSON file of `GUICHET_SLA`: calendars and policies (docs/configuration.md).

import Text
package import Tickets
import Wire

package enum SLAFile {
    /// A calendar takes about a megabyte in memory.
    private static let calendarsMax = 64
    private static let hoursMax = 87_600.0

    /// - Parameter file: its name, for errors.
    package static func policy(
        _ bytes: [UInt8], file: String
    ) throws(SettingsFileError) -> SLAPolicy {
        try SettingsNode.read(bytes, file: file) { root throws(SettingsFault) in
            _ = try root.members(["calendars", "policies"])
            let calendars = try root.optional("calendars").map { node throws(SettingsFault) in
                try self.calendars(node)
            }
            let policies = try root.member("policies", "give a list of policies")
            let laidOut = Dictionary(
                uniqueKeysWithValues: (calendars ?? []).map {
                    (ExactText($0.named.name), $0.calendar)
                })
            return SLAPolicy(
                rules: try policies.items("policies").map { node throws(SettingsFault) in
                    try rule(node, laidOut)
                }, calendars: (calendars ?? []).map(\.named))
        }
    }

    // MARK: Policies

    private static func rule(
        _ node: SettingsNode, _ calendars: [ExactText: WorkCalendar]
    ) throws(SettingsFault) -> SLARule {
        _ = try node.members([
            "match", "firstResponseMinutes", "nextResponseMinutes", "targetHours", "calendar",
        ])
        func target(_ name: ExactText, _ max: Double) throws(SettingsFault) -> Double? {
            let unit = name == "targetHours" ? "hours" : "minutes"
            let value = try node.member(name, "give \(unit), or null for no such deadline")
            if value.value.isNull { return nil }
            guard let number = value.value.doubleValue, number > 0, number <= max else {
                throw value.fault(
                    "this must be more than 0 and at most \(Int(max)) \(unit), or null")
            }
            return number
        }
        let targets = SLATargets(
            firstResponseMinutes: try target("firstResponseMinutes", hoursMax * 60),
            nextResponseMinutes: try target("nextResponseMinutes", hoursMax * 60),
            resolutionHours: try target("targetHours", hoursMax))
        var calendar = WorkCalendar.aroundTheClock
        var calendarName: String?
        if let node = node.optional("calendar"), !node.value.isNull {
            let name = try node.text("the name of a calendar")
            guard let known = calendars[name] else {
                throw node.fault(
                    "there is no calendar “\(name)”; define it under calendars, "
                        + "or leave this out to count around the clock")
            }
            calendar = known
            calendarName = name.string
        }
        var rule = SLARule(
            SLATerms(targets: targets, calendar: calendar), calendarName: calendarName)
        if let match = node.optional("match") { try read(match, into: &rule) }
        return rule
    }

    private static func read(
        _ match: SettingsNode, into rule: inout SLARule
    ) throws(SettingsFault) {
        for (name, node) in try match.members(["priority", "category", "project"]) {
            switch name {
            case "priority": rule.priorities = try codes(node)
            case "category": rule.categories = try codes(node)
            default:
                rule.projects = try alternatives(node).map { node throws(SettingsFault) in
                    try project(node)
                }
            }
        }
    }

    /// Cleaned like the projects of tickets: otherwise the rule would never match one.
    private static func project(_ node: SettingsNode) throws(SettingsFault) -> ExactText {
        let name = OneLine.cleaned(try node.text("the name of a project"))
        guard !name.isEmpty else { throw node.fault("nothing of this name is visible") }
        return name
    }

    /// One value, or a list of them.
    private static func alternatives(_ node: SettingsNode) throws(SettingsFault) -> [SettingsNode] {
        guard node.value.arrayValue != nil else { return [node] }
        let items = try node.items("values")
        guard !items.isEmpty else {
            throw node.fault("an empty list matches nothing; leave it out to match everything")
        }
        return items
    }

    private static func codes<Code: RawRepresentable<String> & CaseIterable>(
        _ node: SettingsNode
    ) throws(SettingsFault) -> [Code] {
        let names = Code.allCases.map(\.rawValue)
        return try alternatives(node).map { item throws(SettingsFault) in
            guard let text = item.value.textValue, let code = Code(code: text) else {
                throw item.fault("this must be \(SettingsNode.list(names))")
            }
            return code
        }
    }

    // MARK: Calendars

    private typealias Calendar = (named: NamedHours, calendar: WorkCalendar)

    /// In the order of the file; duplicate names in a JSON object are refused earlier.
    private static func calendars(_ node: SettingsNode) throws(SettingsFault) -> [Calendar] {
        var calendars: [Calendar] = []
        for (name, node) in try node.members() {
            guard calendars.count < calendarsMax else {
                throw node.fault("there are more than \(calendarsMax) calendars")
            }
            let (hours, calendar) = try calendar(node)
            calendars.append((NamedHours(name: name.string, hours: hours), calendar))
        }
        return calendars
    }

    private static func calendar(
        _ node: SettingsNode
    ) throws(SettingsFault) -> (WorkHours, WorkCalendar) {
        _ = try node.members(["timeZone", "hours", "holidays"])
        let zone = try node.member("timeZone", "give one such as \"Europe/Paris\"")
        var hours = WorkHours(timeZone: try zone.string("a time zone such as \"Europe/Paris\""))
        let week = try node.member("hours", #"give them by day: {"mon": [["08:30", "18:00"]]}"#)
        for (name, day) in try week.members(weekdays) {
            let weekday = weekdays.firstIndex(of: name) ?? 0
            let shifts = try day.items(#"pairs, as in [["08:30", "12:00"], ["13:30", "18:00"]]"#)
                .map { node throws(SettingsFault) in try shift(node) }
            guard hours.set(shifts, on: weekday) else {
                throw day.fault("two of these overlap; give each hour of the day once")
            }
        }
        guard !hours.isEmpty else {
            throw week.fault(
                "no day has working hours, so no deadline would ever be due; give at least one")
        }
        let holidays = try node.optional("holidays")?.items("dates") ?? []
        for holiday in holidays {
            guard let day = holiday.value.stringValue.flatMap({ CivilDay($0) }) else {
                throw holiday.fault("this must be a date of the calendar, as in \"2026-12-25\"")
            }
            hours.holidays.insert(day)
        }
        guard let calendar = hours.laidOut() else {
            throw zone.fault(
                "the time zone “\(hours.timeZone)” is not known; "
                    + "use a name of the IANA database, as in \"Europe/Paris\"")
        }
        return (hours, calendar)
    }

    /// Monday first, as `WorkHours` counts them.
    static let weekdays: [ExactText] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private static func shift(_ node: SettingsNode) throws(SettingsFault) -> WorkHours.Shift {
        let ends = try node.items(#"two times, as in ["08:30", "12:00"]"#)
        guard ends.count == 2 else {
            throw node.fault(#"this must be two times, as in ["08:30", "12:00"]"#)
        }
        let from = try minutes(ends[0])
        let to = try minutes(ends[1])
        guard let shift = WorkHours.Shift(from: from, to: to) else {
            throw node.fault(
                "this ends before it begins; for a night, let it end at \"24:00\" "
                    + "and go on at \"00:00\" of the next day")
        }
        return shift
    }

    /// `08:30`, to 24:00.
    private static func minutes(_ node: SettingsNode) throws(SettingsFault) -> Int {
        let digits = (node.value.stringValue ?? "").utf8.map { Int($0) - 0x30 }
        guard digits.count == 5, digits[2] == 10,
            (digits[..<2] + digits[3...]).allSatisfy({
                (0...9).contains($0)
            })
        else { throw node.fault("this must be a time of the day, as in \"08:30\"") }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[3] * 10 + digits[4]
        guard digits[3] < 6, minutes <= 1440 else {
            throw node.fault("a day has the times \"00:00\" to \"24:00\"")
        }
        return minutes
    }
}
