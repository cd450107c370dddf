// `guichet adopt`: takes over the tickets of another system. Without `--write` it only says what it
// would do.

import Adoption
import Glibc
import Reactor
import Text
import Tickets
import Wire

struct AdoptCommand {
    private let options: AdoptOptions
    private let now = Timestamp(milliseconds: wallClockMilliseconds())

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        options = try AdoptOptions(arguments, environment)
    }

    func run() throws {
        let opener = try StoreChoice.opener(
            options.store, isInspection: options.task == .verify)
        let source: any AdoptSource =
            options.isDatabase
            ? try DatabaseSource(options.source, options.collections)
            : try LinesSource(path: options.source)
        var survey = AdoptSurvey(options.map, now: now)
        try survey.readPeople(source)
        try survey.readTickets(source)
        switch options.task {
        case .dryRun:
            tell(survey.report)
            if !options.isJSON {
                Terminal.complain("nothing was written; adopt them with --write")
            }
            if !survey.report.isUnderstood { exit(1) }
        case .write:
            tell(survey.report)
            try requireUnderstood(survey.report)
            let isWhole = try write(source, survey, opener)
            if !isWhole { exit(1) }
        case .verify:
            try requireUnderstood(survey.report)
            let verification = AdoptVerification(survey)
            let differences = try verification.run(source, try opener.openReader())
            if differences > 0 { exit(1) }
        }
    }

    private func tell(_ report: AdoptionReport) {
        guard options.isJSON else {
            for line in report.lines { Terminal.tell(line) }
            return
        }
        var json = JSONWriter()
        report.write(to: &json)
        Terminal.tell(String(decoding: json.finish(), as: UTF8.self))
    }

    /// Ends the run before the first write.
    private func requireUnderstood(_ report: AdoptionReport) throws {
        if report.notUnderstood > 0, !options.keepsGoing {
            Terminal.complain(
                "\(report.notUnderstood) values are not understood: say with --map what they "
                    + "become, or leave their tickets out with --keep-going. "
                    + "Nothing was written")
            exit(1)
        }
        if report.badCount > 0, !options.keepsGoing {
            for one in report.bad.prefix(20) { Terminal.complain("\(one.id): \(one.reason)") }
            Terminal.complain(
                "\(report.badCount) documents cannot become tickets: mend them, or leave them out "
                    + "with --keep-going. Nothing was written")
            exit(1)
        }
    }

    /// Returns whether every document is a ticket in the store now.
    private func write(
        _ source: any AdoptSource, _ survey: AdoptSurvey, _ opener: any TicketStoreOpener
    ) throws -> Bool {
        let writing = try StoreWriting(
            opener, by: StoreClaimant(command: "adopt", createsStore: true))
        defer { writing.end() }
        let writer = try AdoptWriter(try opener.openStore(), highest: survey.plan.highest)
        var progress = AdoptProgress("adopting", of: survey.report.tickets)
        try survey.visit(source) { ticket in
            try writer.write(
                ticket.id, name: ticket.name, number: survey.plan.number(of: ticket.id)
            ) { LogBuilder.build(ticket, number: $0, survey.directory, now: now) }
            progress.note(messages: ticket.messageCount)
        }
        try writer.flush()
        Terminal.progress("")
        for problem in writer.problems.prefix(20) {
            Terminal.complain("\(problem.id): \(problem.reason)")
        }
        let leftOut = survey.report.badCount + survey.notUnderstood + writer.problems.count
        Terminal.complain(
            "adopted \(writer.counts.tickets) tickets, \(writer.counts.events) events from "
                + "\(source.label) into \(opener.label) (\(progress.rate) messages/s); "
                + "\(writer.counts.known) tickets were there already, "
                + "\(leftOut) were left out")
        return leftOut == 0
    }
}
