// A four-ary heap that knows where each of its elements is, so that moving or removing one costs
// as much as inserting it.

/// Gives its keys back in order, equal ones in any. Public and inlinable, so that a module that
/// uses it gets code for its own kind of key: the compiler keeps the bodies of `package` members
/// to their module.
public struct IndexedHeap<Key: Comparable> {
    /// Identifies an element until that is removed; later elements use the number again.
    public typealias Handle = UInt32

    @usableFromInline
    struct Element {
        @usableFromInline var key: Key
        @usableFromInline let handle: Handle

        @inlinable
        init(key: Key, handle: Handle) {
            self.key = key
            self.handle = handle
        }
    }

    @usableFromInline var heap: [Element] = []
    /// Where each handle's element is in `heap`; without meaning for free handles.
    @usableFromInline var positions: [UInt32] = []
    @usableFromInline var free: [Handle] = []

    @inlinable
    public init() {}

    @inlinable
    public var count: Int { heap.count }

    // Without `map`, whose generic form would look for metadata at each call.
    @inlinable @inline(__always)
    public var first: (key: Key, handle: Handle)? {
        guard !heap.isEmpty else { return nil }
        return (heap[0].key, heap[0].handle)
    }

    @inlinable
    public mutating func reserveCapacity(_ count: Int) {
        heap.reserveCapacity(count)
        positions.reserveCapacity(count)
    }

    @inlinable
    public func key(of handle: Handle) -> Key { heap[Int(positions[Int(handle)])].key }

    /// Returns the handle that became free last, or a new one: 0, 1, 2 …
    @inlinable
    public mutating func insert(_ key: Key) -> Handle {
        let handle: Handle
        if let known = free.popLast() {
            handle = known
        } else {
            handle = Handle(positions.count)
            positions.append(0)
        }
        heap.append(Element(key: key, handle: handle))
        moveUp(from: heap.count - 1)
        return handle
    }

    @inlinable
    public mutating func change(_ handle: Handle, to key: Key) {
        let position = Int(positions[Int(handle)])
        heap[position].key = key
        sift(from: position)
    }

    @inlinable
    public mutating func remove(_ handle: Handle) {
        let position = Int(positions[Int(handle)])
        let last = heap.removeLast()
        if position < heap.count {
            place(last, at: position)
            sift(from: position)
        }
        free.append(handle)
    }

    @inlinable
    mutating func sift(from position: Int) {
        let handle = heap[position].handle
        moveUp(from: position)
        moveDown(from: Int(positions[Int(handle)]))
    }

    @inlinable
    mutating func moveUp(from start: Int) {
        let element = heap[start]
        var position = start
        while position > 0 {
            let parent = (position - 1) / 4
            guard element.key < heap[parent].key else { break }
            place(heap[parent], at: position)
            position = parent
        }
        place(element, at: position)
    }

    @inlinable
    mutating func moveDown(from start: Int) {
        let element = heap[start]
        var position = start
        while let child = earliestChild(of: position), heap[child].key < element.key {
            place(heap[child], at: position)
            position = child
        }
        place(element, at: position)
    }

    @inlinable
    func earliestChild(of position: Int) -> Int? {
        let first = position * 4 + 1
        guard first < heap.count else { return nil }
        var earliest = first
        for child in (first + 1)..<max(first + 1, min(first + 4, heap.count))
        where heap[child].key < heap[earliest].key {
            earliest = child
        }
        return earliest
    }

    @inlinable
    mutating func place(_ element: Element, at position: Int) {
        heap[position] = element
        positions[Int(element.handle)] = UInt32(position)
    }
}
