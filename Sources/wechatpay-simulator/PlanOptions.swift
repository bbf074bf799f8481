import ArgumentParser
import WeChatPaySimulator

/// What is simulated; the same values give the same payments.
struct PlanOptions: ParsableArguments {
    private static let defaults = WorldPlan()

    @Option(help: "Seed of all payments.")
    var seed: UInt64 = defaults.seed
    @Option(help: "Merchants, at least one of each kind.")
    var merchants: Int = defaults.merchantCount
    @Option(help: "Shops of each merchant.")
    var shops: Int = defaults.shopsPerMerchant
    @Option(help: "Payment requests per second; those of the faker and of the lunch rush come on top.")
    var rate: Int = defaults.ratePerSecond
    @Option(help: "How long payment requests are made, seconds.")
    var seconds: Int = defaults.seconds
    @Option(help: "Share of notices of which two copies are sent at once.")
    var duplicates: Double = defaults.duplicateShare
    @Option(help: "Share of notices before which a deliberately wrong signature is sent.")
    var probes: Double = defaults.probeShare
    @Option(help: "Share of notices signed in public-key mode.")
    var publicKeyShare: Double = defaults.publicKeyShare
    @Option(help: "Share of notices whose first delivery is lost.")
    var lost: Double = defaults.lossShare
    @Option(help: "Factor for the pauses of WeChat Pay's table of repeats.")
    var ladderScale: Double = defaults.ladderScale
    @Option(help: "How long WeChat Pay waits for an answer, milliseconds; 5000 in reality.")
    var answerLimitMillis: Int = defaults.answerLimitMillis

    /// The plan; it checks itself where it is used.
    var plan: WorldPlan {
        var plan = WorldPlan()
        plan.seed = seed
        plan.merchantCount = merchants
        plan.shopsPerMerchant = shops
        plan.ratePerSecond = rate
        plan.seconds = seconds
        plan.duplicateShare = duplicates
        plan.probeShare = probes
        plan.publicKeyShare = publicKeyShare
        plan.lossShare = lost
        plan.ladderScale = ladderScale
        plan.answerLimitMillis = answerLimitMillis
        return plan
    }
}
