// Encodes the report for the reports page as JSON (docs/protocol.md 6.17).

import Protocol
import Text
import Tickets
import Wire

extension JSONWriter {
    mutating func report(_ report: StatisticsReport, of query: ReportQuery) {
        beginObject()
        field("from", query.period.lowerBound.description)
        field("to", query.period.upperBound.description)
        field("timeZone", query.zone.name)
        time("generatedAt", query.now)
        key("totals")
        beginObject()
        totalsFields(report.total)
        field("reassigned", report.total.reassigned)
        field("open", report.open)
        endObject()
        key("days")
        beginArray()
        for day in report.days { self.day(day) }
        endArray()
        backlog(report)
        technicians(report.technicians)
        groups(report)
        key("arrivals")
        beginArray()
        for hours in report.arrivals {
            beginArray()
            for count in hours { int(count) }
            endArray()
        }
        endArray()
        endObject()
    }

    private mutating func day(_ day: StatisticsReport.Day) {
        beginObject()
        field("day", day.day.description)
        totalsFields(day.totals)
        field("backlog", day.backlog)
        endObject()
    }

    /// The fields shared by a day and the total.
    private mutating func totalsFields(_ totals: StatisticsReport.Totals) {
        field("created", totals.created)
        outcomeFields(totals)
    }

    /// The fields shared by these and a technician.
    private mutating func outcomeFields(_ totals: StatisticsReport.Totals) {
        field("resolved", totals.resolved)
        field("reopened", totals.reopened)
        waits("firstResponse", totals.waits[.firstResponse])
        waits("nextResponse", totals.waits[.nextResponse])
        waits("resolution", totals.waits[.resolution])
    }

    private mutating func waits(_ name: StaticString, _ waits: StatisticsReport.Waits?) {
        let waits = waits ?? StatisticsReport.Waits()
        key(name)
        beginObject()
        field("count", waits.histogram.total)
        milliseconds("medianMs", waits.histogram.milliseconds(atPercent: 50))
        milliseconds("p90Ms", waits.histogram.milliseconds(atPercent: 90))
        field("met", waits.met)
        field("missed", waits.missed)
        field("breached", waits.breached)
        endObject()
    }

    private mutating func milliseconds(_ name: StaticString, _ value: Int64?) {
        key(name)
        if let value { int64(value) } else { null() }
    }

    private mutating func backlog(_ report: StatisticsReport) {
        key("backlog")
        beginArray()
        for (band, counts) in report.backlog.enumerated() {
            beginObject()
            field("fromHours", band == 0 ? 0 : StatisticsReport.ageBounds[band - 1])
            key("toHours")
            if StatisticsReport.ageBounds.indices.contains(band) {
                int(StatisticsReport.ageBounds[band])
            } else {
                null()
            }
            for priority in Priority.allCases {
                key(priority.rawValue)
                int(counts[priority] ?? 0)
            }
            field("total", counts.values.reduce(0, +))
            endObject()
        }
        endArray()
    }

    private mutating func technicians(_ technicians: [StatisticsReport.Technician]) {
        key("technicians")
        beginArray()
        for technician in technicians {
            let totals = technician.totals
            beginObject()
            field("id", technician.id)
            field("name", technician.name)
            field("open", technician.open)
            field("taken", totals.taken)
            outcomeFields(totals)
            endObject()
        }
        endArray()
    }

    private mutating func groups(_ report: StatisticsReport) {
        key("projects")
        beginArray()
        for project in report.projects { group("project", project.name.string, project.totals) }
        endArray()
        key("categories")
        beginArray()
        for category in Category.allCases {
            group("category", category.rawValue, report.categories[category])
        }
        endArray()
        key("priorities")
        beginArray()
        for priority in Priority.allCases {
            group("priority", priority.rawValue, report.priorities[priority])
        }
        endArray()
    }

    private mutating func group(
        _ kind: StaticString, _ name: String, _ totals: StatisticsReport.Totals?
    ) {
        beginObject()
        field(kind, name)
        field("created", totals?.created ?? 0)
        field("resolved", totals?.resolved ?? 0)
        endObject()
    }
}
