// The first frame of the hub: who the peer is, and the limits of this hub.

import Protocol
import Reactor
import Tickets
import Wire

extension WebSocketSession {
    func hello() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "hello")
        json.field("protocol", "guichet.v1")
        json.person("you", caller.person)
        json.field("hub", worker.context.hubID)
        json.field("build", worker.context.build)
        json.time("time", Timestamp(milliseconds: wallClockMilliseconds()))
        json.field("heartbeat", settings.heartbeatSeconds)
        json.key("limits")
        json.raw(worker.encodedLimits)
        json.endObject()
        return json.finish()
    }
}

extension JSONWriter {
    mutating func limits(_ settings: HubSettings) {
        beginObject()
        field("bodyBytes", settings.content.bodyBytes)
        field("titleCharacters", settings.content.titleCharacters)
        field("attachments", settings.content.attachments)
        field("frameBytes", settings.frameBytes)
        field("uploadBytes", settings.uploads.fileBytes)
        field("rooms", settings.rooms)
        field("commandsPerSecond", settings.commandsPerSecond)
        field("commandBurst", settings.commandBurst)
        field("outboundBytes", settings.outboundBytes)
        field("typingIntervalMs", settings.typingIntervalMs)
        endObject()
    }
}
