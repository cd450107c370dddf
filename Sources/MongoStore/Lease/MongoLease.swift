// The writer's lease on a database: one document, renewed while its holder runs. A second hub reads
// it and reports the holder. Its times are the server's, so the clocks of hubs may differ.
//
// A killed holder cannot free the lease. If its process can be checked, which needs the same
// machine, the next hub takes over at once; otherwise it waits until the lease expires.

private import Glibc
internal import Machine
private import Synchronization
internal import Tickets

final class MongoLease: StoreClaim {
    /// A lease not renewed for this long has no holder. Well above the time of a failover.
    static let milliseconds: Int64 = 20_000
    private static let renewalSeconds: UInt32 = 5

    private let address: MongoAddress
    private let owner: LeaseOwner
    private let isReleased = Atomic(false)

    init(_ address: MongoAddress, by claimant: StoreClaimant) throws(StoreError) {
        self.address = address
        owner = LeaseOwner(claimant)
        let document = LeaseDocument(try MongoClient(address))
        // Twice: the lease may change between the read and the update.
        for _ in 0..<2 {
            if try document.take(for: owner) { return }
            guard let holder = try document.holder(), holder.isGone else { break }
            try document.free(of: holder)
        }
        let holder = try document.holder()
        throw .unavailable(
            "\(address.label) is in use by \(holder?.description ?? "another process"); stop that "
                + "first, or give another store")
    }

    func keepUp(_ tell: (ClaimNews) -> Void) {
        var document: LeaseDocument?
        var trouble: String?
        while !isReleased.load(ordering: .relaxed) {
            sleep(Self.renewalSeconds)
            guard !isReleased.load(ordering: .relaxed) else { return }
            do throws(StoreError) {
                let current: LeaseDocument
                if let document {
                    current = document
                } else {
                    current = LeaseDocument(try MongoClient(address))
                    document = current
                }
                if let other = try current.renew(for: owner) { return tell(.lost(other)) }
                if trouble != nil { tell(.renewed) }
                trouble = nil
            } catch {
                document = nil
                if trouble == nil { tell(.unreachable(error.description)) }
                trouble = error.description
            }
        }
    }

    /// If this fails, the lease expires.
    func release() {
        isReleased.store(true, ordering: .relaxed)
        guard let client = try? MongoClient(address) else { return }
        try? LeaseDocument(client).free(of: owner)
    }
}
