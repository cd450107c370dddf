// GUICHET_SLA: valid content, and the messages about errors.

import Testing
import Text
import Tickets

@testable import Hub

@Suite struct SLAFileTests {
    private func policy(_ text: String) throws(SettingsFileError) -> SLAPolicy {
        try SLAFile.policy(Array(text.utf8), file: "sla.json")
    }

    private func complaint(_ text: String) -> String {
        do throws(SettingsFileError) {
            _ = try policy(text)
            return "nothing"
        } catch {
            return error.description
        }
    }

    private let paris = #"""
        {"calendars": {"paris": {"timeZone": "Europe/Paris",
            "hours": {"mon": [["08:30", "12:00"], ["13:30", "18:00"]], "sun": [["00:00", "24:00"]]},
            "holidays": ["2026-11-30"]}},
         "policies": [
            {"match": {"priority": ["urgent", "high"], "project": "atlas"}, "calendar": "paris",
             "firstResponseMinutes": 30, "nextResponseMinutes": 0.5, "targetHours": 2.5},
            {"match": {"category": "change"},
             "firstResponseMinutes": null, "nextResponseMinutes": null, "targetHours": null},
            {"match": {}, "firstResponseMinutes": 1, "nextResponseMinutes": 2, "targetHours": 3}
         ]}
        """#

    @Test func `reads calendars and policies`() throws {
        let policy = try policy(paris)
        let first = policy.terms(priority: .high, category: .change, project: "atlas")
        #expect(
            first.targets
                == SLATargets(
                    firstResponseMinutes: 30, nextResponseMinutes: 0.5, resolutionHours: 2.5))
        // Monday, 2026-11-23 at noon in Paris, then Sunday the 29th from midnight.
        let monday = Timestamp(milliseconds: 1_795_431_600_000)
        #expect(monday.rfc3339 == "2026-11-23T11:00:00.000Z")
        let end = first.calendar.moment(after: 5 * 3_600_000, from: monday)
        #expect(end.rfc3339 == "2026-11-28T23:30:00.000Z")
        // The 30th is a holiday, so all of that Sunday and a millisecond end on the next.
        let long = first.calendar.moment(after: 28 * 3_600_000 + 1_800_001, from: monday)
        #expect(long.rfc3339 == "2026-12-05T23:00:00.001Z")
        let change = policy.terms(priority: .low, category: .change, project: "atlas")
        #expect(change.targets.resolutionHours == nil)
        let rest = policy.terms(priority: .low, category: .incident, project: "x")
        #expect(rest.targets.resolutionHours == 3 && rest.calendar == .aroundTheClock)
    }

    @Test(arguments: ["cafe\\u0301", " caf\u{E9}\u{200B}", "caf\u{E9}"])
    func `a project is named as tickets have it, however the file spells it`(name: String) throws {
        let policy = try policy(
            #"{"policies": [{"match": {"project": ["x", "\#(name)"]}, "firstResponseMinutes": 7,"#
                + #" "nextResponseMinutes": 7, "targetHours": 7}]}"#)
        let terms = policy.terms(priority: .low, category: .incident, project: "caf\u{E9}")
        #expect(terms.targets.resolutionHours == 7)
    }

    @Test func `without a policy that matches the defaults hold`() throws {
        let policy = try policy(#"{"policies": []}"#)
        let terms = policy.terms(priority: .urgent, category: .incident, project: "x")
        #expect(terms.targets.resolutionHours == 4)
    }

    /// What to replace in `paris`, by what, and the beginning of the complaint after the file.
    @Test(arguments: [
        (
            #"["08:30", "12:00"]"#, #"["12:00", "08:30"]"#,
            "line 2: calendars.paris.hours.mon[0]: this ends before it begins; for a night,"
        ),
        (
            #""08:30""#, #""8:30""#,
            "line 2: calendars.paris.hours.mon[0][0]: this must be a time of the day, as in"
        ),
        (
            #""24:00""#, #""24:01""#,
            "line 2: calendars.paris.hours.sun[0][1]: a day has the times"
        ),
        (
            #""13:30""#, #""11:59""#,
            "line 2: calendars.paris.hours.mon: two of these overlap"
        ),
        (
            #"["08:30", "12:00"]"#, #"["08:30"]"#,
            "line 2: calendars.paris.hours.mon[0]: this must be two times"
        ),
        (
            "\"sun\"", "\"sunday\"",
            "line 2: calendars.paris.hours.sunday: there is no such setting; use mon, tue,"
        ),
        (
            "Europe/Paris", "Europe/Pari",
            "line 1: calendars.paris.timeZone: the time zone “Europe/Pari” is not known"
        ),
        (
            "\"timeZone\": \"Europe/Paris\",", "",
            "line 1: calendars.paris: “timeZone” is missing; give one such as"
        ),
        (
            "2026-11-30", "2026-11-31",
            "line 3: calendars.paris.holidays[0]: this must be a date of the calendar"
        ),
        (
            "\"calendar\": \"paris\"", "\"calendar\": \"lyon\"",
            "line 5: policies[0].calendar: there is no calendar “lyon”; define it"
        ),
        (
            "\"high\"", "\"higher\"",
            "line 5: policies[0].match.priority[1]: this must be low, normal, high or urgent"
        ),
        ("\"change\"", "7", "line 7: policies[1].match.category: this must be incident, "),
        (
            "\"atlas\"", "\" \"",
            "line 5: policies[0].match.project: nothing of this name is visible"
        ),
        ("\"atlas\"", "[]", "line 5: policies[0].match.project: an empty list matches nothing"),
        (
            #""firstResponseMinutes": 1,"#, "",
            "line 9: policies[2]: “firstResponseMinutes” is missing; give minutes, or null"
        ),
        ("2.5", "-2.5", "line 6: policies[0].targetHours: this must be more than 0 and at most"),
        ("2.5", "87601", "line 6: policies[0].targetHours: this must be more than 0 and at most"),
        ("2.5", "\"2\"", "line 6: policies[0].targetHours: this must be more than 0 and at most"),
        (
            "\"policies\"", "\"policy\"",
            "line 4: policy: there is no such setting; use calendars or policies"
        ),
        (
            "{\"match\": {}, ", "{\"matches\": {}, ",
            "line 9: policies[2].matches: there is no such setting; use match, "
        ),
        (" ]}", " ]", "line 10: this is not JSON: "),
    ])
    func `says what is wrong, where, and what to do`(
        _ part: String, _ replacement: String, _ complaint: String
    ) throws {
        let pieces = paris.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        let text = try #require(pieces.count == 2 ? pieces.joined(separator: replacement) : nil)
        let said = self.complaint(text)
        #expect(said.hasPrefix("sla.json, \(complaint)"), "\(said)")
    }

    @Test func `a calendar without working time is refused`() {
        for hours in ["{}", #"{"mon": []}"#] {
            let said = complaint(
                #"{"calendars": {"a": {"timeZone": "UTC", "hours": \#(hours)}}, "policies": []}"#)
            #expect(said.hasPrefix("sla.json, line 1: calendars.a.hours: no day has working hours"))
        }
    }

    @Test(arguments: [
        ("", "line 1: this is not JSON"), ("[]", "line 1: this must be an object"),
        ("{}", "line 1: “policies” is missing"), ("\u{0}", "line 1: this is not JSON"),
        ("{\"policies\": 1}", "line 1: policies: this must be a list of policies"),
    ])
    func `what is not a policy is reported as such`(_ text: String, _ complaint: String) {
        let said = self.complaint(text)
        #expect(said.hasPrefix("sla.json, \(complaint)"), "\(said)")
    }
}
