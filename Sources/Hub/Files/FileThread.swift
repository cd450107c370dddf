// A thread of FilePool. It alone uses its store and the writers of its uploads.

import Observability
import Reactor
import Text
import Tickets

final class FileThread {
    private let pool: FilePool
    private let inbox: Mailbox<FileMessage>
    private let load: Counter
    private let opener: any TicketStoreOpener
    private let settings: UploadSettings
    private let log: Log
    private let workers: [Mailbox<WorkerMessage>]
    private var store: (any FileStore)?
    private var writers: [ReplyAddress: any FileWriter] = [:]
    private var isStopping = false

    init(
        pool: FilePool, inbox: Mailbox<FileMessage>, load: Counter,
        opener: any TicketStoreOpener, settings: UploadSettings, log: Log,
        workers: [Mailbox<WorkerMessage>]
    ) {
        self.pool = pool
        self.inbox = inbox
        self.load = load
        self.opener = opener
        self.settings = settings
        self.log = log
        self.workers = workers
    }

    /// Opens the store; false when it is unusable. The reason goes to the code that starts the hub.
    func open(reportingTo started: Mailbox<Result<UInt16, HubStartError>>) -> Bool {
        do throws(StoreError) {
            store = try opener.openFiles()
            started.post(.success(0))
            return true
        } catch {
            started.post(.failure(HubStartError("\(opener.label): \(error.description)")))
            return false
        }
    }

    func run(_ sweep: FileSweep?) {
        var sweep = sweep
        while !isStopping {
            inbox.wait(timeoutMilliseconds: sweep?.waitMilliseconds)
            for message in inbox.drain() { receive(message) }
            guard !isStopping, sweep?.isDue == true else { continue }
            perform { store throws(StoreError) in try sweep?.run(on: store, pool.metrics, log) }
            sweep?.rest()
        }
        for writer in writers.values { writer.abort() }
    }

    private func receive(_ message: FileMessage) {
        switch message {
        case .job(let job): answer(job)
        case .begin(let opening): begin(opening)
        case .append(let address, let bytes): append(bytes, address)
        case .finish(let address): finish(address)
        case .abort(let address):
            if let writer = writers.removeValue(forKey: address) {
                writer.abort()
                load.add(-1)
            }
        case .remove(let files):
            perform { store throws(StoreError) in try store.removeBytes(of: files) }
            pool.metrics.expired.add(files.count)
            log.info("files_expired", [("files", "\(files.count)")])
        case .removeTraces:
            perform { store throws(StoreError) in _ = try store.removeTraces() }
        case .stop: isStopping = true
        }
    }

    // MARK: Jobs

    private func answer(_ job: FileJob) {
        let answer: Result<any Sendable, StoreError>
        do throws(StoreError) {
            answer = .success(try job.work(try opened()))
        } catch {
            store = nil
            answer = .failure(error)
        }
        load.add(-1)
        workers.answer(job.reply, answer)
    }

    /// A failure closes the store connection, since that may be the cause.
    private func perform(_ work: (any FileStore) throws(StoreError) -> Void) {
        do throws(StoreError) {
            try work(try opened())
        } catch {
            store = nil
            log.error("file_store_failed", [("reason", error.description)])
        }
    }

    private func opened() throws(StoreError) -> any FileStore {
        if let store { return store }
        let opened = try opener.openFiles()
        store = opened
        return opened
    }

    // MARK: Uploads

    private func begin(_ opening: UploadOpening) {
        do throws(UploadFailure) {
            writers[opening.address] = try writer(for: opening)
        } catch {
            load.add(-1)
            report(.failed(error), to: opening.address)
        }
    }

    private func writer(for opening: UploadOpening) throws(UploadFailure) -> any FileWriter {
        let store: any FileStore
        let refusal: UploadFailure?
        do throws(StoreError) {
            store = try opened()
            refusal = try self.refusal(of: opening.owner, store)
        } catch {
            throw failed(.store(error))
        }
        if let refusal { throw refusal }
        do throws(FileStoreError) {
            return try store.begin(opening.file)
        } catch {
            throw failed(error)
        }
    }

    /// Uploads in progress count as used, including this one, so that many at once do not exceed
    /// the limit together.
    private func refusal(
        of owner: ExactText, _ store: any FileStore
    ) throws(StoreError) -> UploadFailure? {
        if settings.freePercent > 0, let free = try store.freePercent(),
            free < Double(settings.freePercent)
        {
            log.error("files_disk_full", [("free_percent", "\(Int(free))")])
            return .diskFull
        }
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        let used = try store.usage(of: owner, since: now.advanced(byMilliseconds: -86_400_000))
        let underWay = pool.quota.usage(of: owner)
        if settings.dailyFiles > 0, used.files + underWay.files > settings.dailyFiles {
            return .quota("\(settings.dailyFiles) files in 24 hours")
        }
        if settings.dailyBytes > 0, used.bytes + underWay.bytes > settings.dailyBytes {
            return .quota("\(settings.dailyBytes) bytes in 24 hours")
        }
        return nil
    }

    private func append(_ bytes: [UInt8], _ address: ReplyAddress) {
        // The worker may not yet know that this upload has failed here.
        guard let writer = writers[address] else { return }
        do throws(FileStoreError) {
            try writer.append(bytes)
            report(.written(bytes.count), to: address)
        } catch {
            giveUp(writer, address, error)
        }
    }

    private func finish(_ address: ReplyAddress) {
        guard let writer = writers[address] else { return }
        do throws(FileStoreError) {
            let location = try writer.finish()
            writers[address] = nil
            load.add(-1)
            report(.finished(location), to: address)
        } catch {
            giveUp(writer, address, error)
        }
    }

    private func giveUp(
        _ writer: any FileWriter, _ address: ReplyAddress, _ error: FileStoreError
    ) {
        writer.abort()
        writers[address] = nil
        load.add(-1)
        report(.failed(failed(error)), to: address)
    }

    private func failed(_ error: FileStoreError) -> UploadFailure {
        log.error("upload_failed", [("reason", error.description)])
        if case .full = error { return .diskFull }
        store = nil
        return .unavailable
    }

    private func report(_ report: UploadReport, to address: ReplyAddress) {
        workers[address.worker].post(.upload(address.request, report))
    }
}
