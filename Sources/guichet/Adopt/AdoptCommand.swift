// `guichet adopt`: takes over the tickets of another system. Without `--write` it only reports what
// it would do.

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
        switch options.task {
        case .follow, .cutOver, .release: return try FollowCommand(options, now: now).run()
        case .dryRun, .write, .verify: break
        }
        let opener = try StoreChoice.opener(
            options.store, isInspection: options.task == .verify)
        let source: any AdoptSource =
            options.isDatabase
            ? try DatabaseSource(options.source, options.collections)
            : try LinesSource(path: options.source)
        let files = try options.files ?? source.ownFiles()
        var survey = AdoptSurvey(options.map, files: files, now: now)
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
            // As JSON it is printed once: at the end, unless the run ends before the first write.
            if !options.isJSON || mustStop(survey.report) { tell(survey.report) }
            try requireUnderstood(survey.report)
            let isWhole = try write(source, &survey, files, opener)
            if options.isJSON { tell(survey.report) }
            if !isWhole { exit(1) }
        case .verify:
            try requireUnderstood(survey.report)
            survey.stored = try opener.openFiles()
            let verification = AdoptVerification(survey)
            let reader = try opener.openReader()
            let differences = try verification.run(
                source, log: { try reader.log(of: $0) },
                holder: { try reader.ticketID(number: $0) })
            if differences > 0 { exit(1) }
        case .follow, .cutOver, .release: break
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

    private func mustStop(_ report: AdoptionReport) -> Bool {
        !options.keepsGoing && (report.notUnderstood > 0 || report.badCount > 0)
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
                "\(report.badCount) documents cannot become tickets: fix them, or leave them out "
                    + "with --keep-going. Nothing was written")
            exit(1)
        }
    }

    /// Returns whether every document is a ticket in the store now.
    private func write(
        _ source: any AdoptSource, _ survey: inout AdoptSurvey, _ files: (any OldFiles)?,
        _ opener: any TicketStoreOpener
    ) throws -> Bool {
        let writing = try StoreWriting(
            opener, by: StoreClaimant(command: "adopt", createsStore: true))
        defer { writing.end() }
        let bringing = files.map { AdoptFiles($0, opener, bytesMax: options.fileBytesMax) }
        let writer = try AdoptWriter(
            try opener.openStore(), of: opener, bringing, highest: survey.plan.highest)
        try writer.write(survey.projects.entries(at: now))
        var progress = AdoptProgress("adopting", of: survey.report.tickets)
        let walk = survey.walk
        try AdoptReading(walk, source.maker).visit { ticket in
            try writer.write(ticket) { walk.log(of: $0, number: $1) }
            progress.note(messages: ticket.old.messageCount)
        }
        try writer.finish()
        Terminal.progress("")
        for one in writer.staying { survey.noteNotFetched(one.ticket, one.file, one.reason) }
        for one in survey.report.notFetched.prefix(20) {
            Terminal.complain("\(one.ticket): \(one.file): \(one.reason)")
        }
        if let bringing {
            Terminal.complain(
                "fetched \(bringing.counts.files) files, \(bringing.counts.bytes) bytes from "
                    + "\(files?.label ?? ""); \(survey.report.links) stay links")
        }
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
