import Testing
import Text
import Tickets

@Suite struct StatisticsReportTests {
    private static let today = CivilDay(number: 20_000)

    private static func row(
        _ day: Int, _ scope: StatisticsScope, _ counts: [String: Int]
    ) -> StatisticsRow {
        StatisticsRow(
            cell: StatisticsCell(day: CivilDay(number: day), scope: scope), counts: counts)
    }

    @Test func `the backlog of past days is today's less what happened since`() {
        let report = StatisticsReport(
            CivilDay(number: 19_996)...CivilDay(number: 19_998),
            rows: [
                Self.row(19_996, .all, ["created": 5, "resolved": 1]),
                Self.row(19_998, .all, ["created": 2, "resolved": 4, "reopened": 1]),
            ],
            later: [
                Self.row(19_999, .all, ["created": 3]), Self.row(20_000, .all, ["resolved": 2]),
            ],
            groups: [
                OpenTicketGroup(priority: .high, assignedTo: "t", age: 4, count: 8),
                OpenTicketGroup(priority: .low, assignedTo: nil, age: 0, count: 2),
            ], people: [])
        // 10 now: 9 at the end of the 98th, 10 at that of the two before.
        #expect(report.days.map(\.backlog) == [10, 10, 9])
        #expect(report.days.map(\.totals.created) == [5, 0, 2])
        #expect(report.total.created == 7 && report.open == 10)
        #expect(report.backlog[4][.high] == 8 && report.backlog[0][.low] == 2)
    }

    @Test func `counts are read by their names, and unknown ones passed over`() throws {
        let technician = StatisticsScope.technician("t-1")
        let report = StatisticsReport(
            Self.today...Self.today,
            rows: [
                Self.row(
                    20_000, .all,
                    [
                        "arrivals-13": 4, "arrivals-99": 1, "resolution-met": 3,
                        "resolution-missed": 1, "firstResponse~7": 2, "from-the-future": 9, "-": 1,
                    ]),
                Self.row(20_000, technician, ["taken": 3, "resolution~10": 1]),
                Self.row(20_000, .project("a:b"), ["created": 4]),
                Self.row(20_000, .category("riddle"), ["created": 4]),
            ], later: [], groups: [], people: [Person(id: "t-1", name: "Tom", role: .technician)])
        #expect(report.arrivals[Self.today.weekday][13] == 4)
        #expect(report.arrivals.joined().reduce(0, +) == 4)
        let resolution = try #require(report.total.waits[.resolution])
        #expect(resolution.met == 3 && resolution.missed == 1)
        #expect(report.total.waits[.firstResponse]?.histogram.milliseconds(atPercent: 50) == 7500)
        #expect(report.technicians.map(\.name) == ["Tom"])
        #expect(report.technicians.first?.totals.taken == 3)
        #expect(report.projects.map(\.name) == ["a:b"] && report.categories.isEmpty)
    }

    @Test func `scopes keep their names`() {
        let scopes: [StatisticsScope] = [
            .all, .technician("a:b"), .project(""), .category("incident"), .priority("low"),
        ]
        for scope in scopes { #expect(StatisticsScope(code: scope.code) == scope) }
        #expect(StatisticsScope(code: "team:red") == nil && StatisticsScope(code: "") == nil)
    }
}
