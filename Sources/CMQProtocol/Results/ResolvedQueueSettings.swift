/// A queue's settings with CMQ's defaults where a description left one out: clients need every number.
struct ResolvedQueueSettings {
    let messageCountMax: UInt64
    let pollSeconds: UInt64
    let visibilitySeconds: UInt64
    let bodyByteCountMax: Int
    let retentionSeconds: UInt64
    let rewindSeconds: UInt64

    init(_ settings: QueueSettings) {
        messageCountMax = settings.messageCountMax ?? CMQLimits.messageCountDefault
        pollSeconds = settings.pollSeconds ?? 0
        visibilitySeconds = settings.visibilitySeconds ?? CMQLimits.visibilitySecondsDefault
        bodyByteCountMax = settings.bodyByteCountMax ?? CMQLimits.messageSizeDefault
        retentionSeconds = settings.retentionSeconds ?? CMQLimits.retentionSecondsDefault
        rewindSeconds = settings.rewindSeconds ?? 0
    }
}
