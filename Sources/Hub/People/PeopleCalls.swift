// /api/me, /api/users, /api/projects, /api/sla/preview.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct PeopleCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    func me() {
        exchange.respond(
            .json { json in
                json.field("id", caller.person.id)
                json.field("name", caller.person.name)
                json.field("role", caller.person.role.rawValue)
                json.key("email")
                if let email = identity.email { json.string(email) } else { json.null() }
                json.key("locale")
                if let locale = identity.locale { json.string(locale) } else { json.null() }
                json.strings("projects", caller.projects)
                json.field("exp", identity.expiresAt)
            })
    }

    /// Clients get only staff: other clients are private.
    func users() {
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            var roles: [Role] = []
            for name in try fields.optionalTexts("role") ?? [] {
                guard let role = Role(code: name), role != .system else {
                    throw FieldReader.wrong("role", "client, technician or admin")
                }
                roles.append(role)
            }
            try fields.finish()
            if !caller.person.role.isStaff {
                roles = roles.isEmpty ? [.technician, .admin] : roles.filter(\.isStaff)
                if roles.isEmpty { return respond(people: []) }
            }
            let wanted = roles
            let directory = worker.context.directory
            worker.requests.ask { reader throws(StoreError) in
                directory.people(in: wanted, with: try reader.people(in: wanted))
            } then: { (answer: Result<[Person], TicketRejection>) in
                switch answer {
                case .success(let people): respond(people: people)
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        }
    }

    private func respond(people: [Person]) {
        exchange.respond(.json { $0.people("users", people) })
    }

    func projects() {
        let caller = caller
        worker.requests.ask { reader throws(StoreError) in
            ProjectAnswer(
                projects: try reader.projects(for: caller),
                names: try reader.entries(.projects, sharedOrOf: caller.person.id))
        } then: { (answer: Result<ProjectAnswer, TicketRejection>) in
            switch answer {
            case .success(let found): respond(projects: found.projects, found.names)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
    }

    /// A client has their projects even before a ticket.
    private func respond(projects found: [ProjectSummary], _ entries: [CatalogEntry]) {
        var names: [ExactText: ExactText] = [:]
        for entry in entries {
            if case .project(let project) = entry.content { names[project.project] = project.name }
        }
        let named = Set(found.map(\.id))
        let empty = caller.projects.filter { !named.contains($0) }
            .map { ProjectSummary(id: $0, open: 0, waiting: 0, lastActivityAt: nil) }
        exchange.respond(
            .json { json in
                json.key("projects")
                json.beginArray()
                for project in (found + empty).sorted(by: { $0.id < $1.id }) {
                    json.beginObject()
                    json.field("id", project.id)
                    json.field("name", names[project.id] ?? project.id)
                    json.field("open", project.open)
                    json.field("waiting", project.waiting)
                    json.time("lastActivityAt", project.lastActivityAt)
                    json.endObject()
                }
                json.endArray()
            })
    }

    func slaPreview() {
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let category: Category =
                try fields.single("category").map { name throws(TicketRejection) in
                    try FieldReader.code(name, "category")
                } ?? .request
            let priority: Priority =
                try fields.single("priority").map { name throws(TicketRejection) in
                    try FieldReader.code(name, "priority")
                } ?? .normal
            // A project's name may contain a comma.
            fields.take("project")
            let projects = exchange.head.query.filter { $0.name == "project" }
            guard projects.count <= 1 else { throw FieldReader.wrong("project", "one value") }
            let asked = OneLine.cleaned(ExactText(projects.first?.value ?? ""))
            try fields.finish()
            // As in `/api/sla`, clients see no promises of other projects.
            let isTheirs = caller.person.role.isStaff || caller.projects.contains(asked)
            let project = isTheirs ? asked : ""
            let terms = worker.context.settings.policy.terms(
                priority: priority, category: category, project: project)
            let targets = terms.targets
            exchange.respond(
                .json { json in
                    promise("firstResponse", targets.firstResponseMinutes, terms.calendar, &json)
                    promise(
                        "resolution", targets.resolutionHours.map { $0 * 60 }, terms.calendar,
                        &json)
                })
        }
    }

    private func promise(
        _ name: StaticString, _ minutes: Double?, _ calendar: WorkCalendar,
        _ json: inout JSONWriter
    ) {
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        json.key(name)
        json.beginObject()
        json.minutes("targetMinutes", minutes)
        json.time(
            "deadlineAt",
            minutes.map { SLASchedule(minutes: $0, from: now, calendar).deadline })
        json.endObject()
    }
}

/// What a reader says of projects: their tickets, and the names that are not their ids.
private struct ProjectAnswer: Sendable {
    let projects: [ProjectSummary]
    let names: [CatalogEntry]
}
