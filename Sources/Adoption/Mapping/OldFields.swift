// Our fields, and the names under which old documents have them, in the order of preference.

import Text

enum OldTicketField: String, CaseIterable, Sendable {
    case id, number, title, description, status, priority, category, project, client, assignedTo
    case watchers, tags, messages, history, sla, createdAt, updatedAt, resolvedAt, closedAt
    case attachments, notes

    var aliases: [ExactText] {
        switch self {
        case .id: ["_id", "id"]
        case .number:
            ["number", "ticketNumber", "ticketId", "reference", "ref", "numero", "num", "code"]
        case .title: ["title", "subject", "titre", "sujet", "objet", "summary", "name"]
        case .description: ["description", "desc", "body", "content", "details", "text", "message"]
        case .status: ["status", "state", "statut", "etat", "ticketStatus"]
        case .priority: ["priority", "priorite", "urgency", "urgence", "severity"]
        case .category: ["category", "categorie", "type", "kind", "nature"]
        case .project: ["project", "projectId", "project_id", "projet", "projetId"]
        case .client:
            [
                "client", "clientId", "client_id", "userId", "user", "createdBy", "customer",
                "customerId", "requester", "requesterId", "owner", "ownerId", "reporter", "author",
            ]
        case .assignedTo:
            [
                "assignedTo", "assigned_to", "assignee", "assigneeId", "assignedToId",
                "technician", "technicianId", "technicien", "agent", "agentId", "assigned",
            ]
        case .watchers: ["watchers", "followers", "observers", "subscribers", "cc", "observateurs"]
        case .tags: ["tags", "labels", "etiquettes", "keywords"]
        case .messages:
            ["messages", "comments", "replies", "conversation", "thread", "commentaires"]
        case .notes: ["notes", "internalNotes", "internal_notes", "notesInternes"]
        case .history:
            ["history", "historique", "activity", "activities", "changelog", "audit", "logs"]
        case .sla: ["sla", "SLA", "serviceLevel"]
        case .createdAt: ["createdAt", "created_at", "created", "dateCreation", "openedAt", "date"]
        case .updatedAt: ["updatedAt", "updated_at", "modifiedAt", "lastUpdate", "updated"]
        case .resolvedAt: ["resolvedAt", "resolved_at", "resolutionDate"]
        case .closedAt: ["closedAt", "closed_at", "closeDate"]
        case .attachments: ["attachments", "files", "piecesJointes", "documents"]
        }
    }
}

enum MessageField: String, CaseIterable, Sendable {
    case id, content, author, role, isInternal = "internal", createdAt, attachments

    var aliases: [ExactText] {
        switch self {
        case .id: ["_id", "id"]
        case .content: ["content", "body", "message", "text"]
        case .author:
            ["author", "authorId", "user", "userId", "sender", "senderId", "from", "createdBy"]
        case .role: ["role", "authorRole", "senderRole", "senderType"]
        case .isInternal: ["internal", "isInternal", "private", "isPrivate", "visibility"]
        case .createdAt: ["createdAt", "created_at", "date", "at", "timestamp", "sentAt"]
        case .attachments: ["attachments", "files", "piecesJointes"]
        }
    }
}

enum HistoryField: String, CaseIterable, Sendable {
    case action, from, to, by, note, at

    var aliases: [ExactText] {
        switch self {
        case .action: ["action", "type", "field", "event"]
        case .from: ["from", "oldValue", "previous", "old", "previousValue"]
        case .to: ["to", "newValue", "value", "new"]
        case .by: ["by", "user", "author", "actor", "userId", "changedBy", "performedBy"]
        case .note: ["note", "comment", "details", "message", "description"]
        case .at: ["at", "createdAt", "date", "timestamp", "changedAt"]
        }
    }
}

enum SLAField: String, CaseIterable, Sendable {
    case targetHours, deadlineAt, breached, resolvedAt, pausedAt

    var aliases: [ExactText] {
        switch self {
        case .targetHours: ["targetHours", "target", "hours", "target_hours"]
        case .deadlineAt: ["deadlineAt", "deadline", "dueAt", "dueDate", "due"]
        case .breached: ["breached", "isBreached", "overdue", "violated"]
        case .resolvedAt: ["resolvedAt", "resolved_at", "metAt"]
        case .pausedAt: ["pausedAt", "paused_at"]
        }
    }
}

enum PersonField: String, CaseIterable, Sendable {
    case id, name, firstName, lastName, email, role

    var aliases: [ExactText] {
        switch self {
        case .id: ["_id", "id", "userId", "uid"]
        case .name: ["name", "fullName", "displayName", "nom", "username"]
        case .firstName: ["firstName", "first_name", "prenom"]
        case .lastName: ["lastName", "last_name", "nomDeFamille"]
        case .email: ["email", "mail", "emailAddress"]
        case .role: ["role", "type", "userRole"]
        }
    }
}

enum FileField: String, CaseIterable, Sendable {
    case name, size, type
    /// The name under which an upload library has stored it.
    case diskName

    var aliases: [ExactText] {
        switch self {
        case .name:
            ["name", "originalName", "originalname", "original_name", "fileName", "nom", "title"]
        case .size: ["size", "bytes", "fileSize", "filesize", "length", "taille"]
        case .type: ["type", "mimetype", "mimeType", "contentType", "mime"]
        case .diskName: ["filename", "storedName"]
        }
    }
}
