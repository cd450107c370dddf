// Who writes this database: one document, renewed while its holder lives. A second hub finds it and
// learns who is in its way. The times in it are the server's, so clocks of hubs may differ.
//
// A holder that was killed cannot say so. Where its process can be looked for, which is on the same
// machine, the next one goes on at once; elsewhere when the lease has run out.

private import Glibc
internal import Machine
private import Synchronization
internal import Tickets

final class MongoLease: StoreClaim {
    /// Nobody renews for longer than this: the holder is gone. Well above what a failover takes.
    static let milliseconds: Int64 = 20_000
    private static let renewalSeconds: UInt32 = 5

    private let address: MongoAddress
    private let owner: LeaseOwner
    private let isReleased = Atomic(false)

    init(_ address: MongoAddress, by claimant: StoreClaimant) throws(StoreError) {
        self.address = address
        owner = LeaseOwner(claimant)
        let document = LeaseDocument(try MongoClient(address))
        // Twice: between a look and the taking, another may have come or gone.
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

    /// What fails here runs out by itself.
    func release() {
        isReleased.store(true, ordering: .relaxed)
        guard let client = try? MongoClient(address) else { return }
        try? LeaseDocument(client).free(of: owner)
    }
}
