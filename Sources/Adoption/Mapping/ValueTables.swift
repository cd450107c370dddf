// What old values mean, in English and French. `--map` adds to the tables and wins.

import Text
import Tickets

struct ValueTables: Sendable {
    private var statuses: [Folded: Status]
    private var priorities: [Folded: Priority]
    private var categories: [Folded: Category]
    private var roles: [Folded: Role]
    private var actions: [Folded: OldAction]

    init() {
        statuses = Self.table(Self.statusWords)
        priorities = Self.table(Self.priorityWords)
        categories = Self.table(Self.categoryWords)
        roles = Self.table(Self.roleWords)
        actions = Self.table(Self.actionWords)
    }

    func status(_ word: String) -> Status? { statuses[Folded(word)] }
    func priority(_ word: String) -> Priority? { priorities[Folded(word)] }
    func category(_ word: String) -> Category? { categories[Folded(word)] }
    func role(_ word: String) -> Role? { roles[Folded(word)] }
    func action(_ word: String) -> OldAction? { actions[Folded(word)] }

    static func flag(_ word: String) -> Bool? {
        switch Folded(word).text {
        case "true", "1", "yes", "oui", "internal", "interne", "private", "prive", "privee",
            "staff":
            true
        case "false", "0", "no", "non", "public", "publique", "external", "externe", "client",
            "everyone", "all":
            false
        default: nil
        }
    }

    /// Adds one value of `--map`; false: the field has no such value.
    mutating func add(_ field: ExactText, _ theirs: String, _ ours: ExactText) -> Bool {
        let word = Folded(theirs)
        switch field {
        case "status":
            guard let status = Status(code: ours) else { return false }
            statuses[word] = status
        case "priority":
            guard let priority = Priority(code: ours) else { return false }
            priorities[word] = priority
        case "category":
            guard let category = Category(code: ours) else { return false }
            categories[word] = category
        case "role":
            guard let role = Role(code: ours) else { return false }
            roles[word] = role
        case "action":
            guard let action = OldAction(code: ours) else { return false }
            actions[word] = action
        default: return false
        }
        return true
    }

    private static func table<Value>(_ words: [(Value, String)]) -> [Folded: Value] {
        var table: [Folded: Value] = [:]
        for (value, list) in words {
            for word in list.split(separator: " ") { table[Folded(String(word))] = value }
        }
        return table
    }

    private static let statusWords: [(Status, String)] = [
        (
            .open,
            """
            open opened new nouveau nouvelle ouvert ouverte todo afaire created cree creee reopened \
            rouvert reouvert unassigned nonassigne submitted soumis
            """
        ),
        (
            .inProgress,
            """
            in_progress progress encours doing assigned assigne assignee started working wip \
            entraitement traitement processing ongoing prisencharge active actif inreview
            """
        ),
        (
            .waiting,
            """
            waiting pending on_hold hold enattente attente waitingforclient waitingclient \
            waitingforcustomer waitingoncustomer waitingcustomer attenteclient enattenteclient \
            enattenteduclient paused enpause suspendu suspended pendingreminder pendingclose snoozed
            """
        ),
        (
            .resolved,
            """
            resolved resolu resolue done fixed solved termine terminee completed complete fini traite \
            traitee corrige
            """
        ),
        (
            .closed,
            """
            closed close ferme fermee clos close cloture cloturee archived archive cancelled canceled \
            annule annulee rejected rejete rejetee merged fusionne
            """
        ),
    ]

    private static let priorityWords: [(Priority, String)] = [
        (.low, "low basse bas faible minor mineure mineur 1low p4 lowest"),
        (.normal, "normal normale medium moyenne moyen standard 2normal p3 default none"),
        (.high, "high haute haut eleve elevee major majeure majeur 3high important importante p2"),
        (
            .urgent,
            "urgent urgente critical critique blocker bloquant bloquante p1 emergency highest"
        ),
    ]

    private static let categoryWords: [(Category, String)] = [
        (
            .incident,
            "incident incidents bug issue panne probleme problem anomalie error erreur defect"
        ),
        (
            .request,
            """
            request requests demande requete question support servicerequest demandedeservice aide \
            help assistance task tache
            """
        ),
        (
            .change,
            """
            change changes changement evolution modification changerequest demandedechangement \
            demandedevolution featurerequest feature amelioration improvement
            """
        ),
    ]

    private static let roleWords: [(Role, String)] = [
        (.client, "client customer user utilisateur requester demandeur enduser contact"),
        (
            .technician,
            "technician technicien technicienne tech agent support staff employee operator operateur"
        ),
        (.admin, "admin administrator administrateur administratrice manager superadmin"),
        (.system, "system systeme bot automation automate"),
    ]

    private static let actionWords: [(OldAction, String)] = [
        (
            .status,
            """
            status statut state etat statuschange statuschanged statusupdate statusupdated \
            updatestatus changestatus changementstatut changementdestatut changementetat
            """
        ),
        (.resolved, "resolved resolu resolution resolve"),
        (.closed, "closed ferme fermeture cloture close"),
        (.reopened, "reopened reopen rouvert reouvert reouverture"),
        (
            .assignedTo,
            """
            assigned_to assignment assigned assignee assign assignation affectation affecte \
            reassigned reassign reassignment assignmentchange technician technicien
            """
        ),
        (.unassigned, "unassigned unassign desassigne released"),
        (
            .priority,
            "priority priorite prioritychange prioritychanged priorityupdate changementpriorite"
        ),
        (.category, "category categorie type categorychange categorychanged"),
        (.title, "title titre subject sujet titlechange titlechanged"),
        (.project, "project projet projectchange projectchanged"),
        (.note, "note notes comment commentaire internalnote noteinterne remark remarque"),
        (.created, "created creation create opened ouverture cree"),
    ]
}

/// What a line of an old history says.
enum OldAction: String, Sendable {
    case status, resolved, closed, reopened, assignedTo, unassigned
    case priority, category, title, project, note, created
}
