internal import CampaignManagement
internal import Campaigns
internal import Console
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import Merchants
internal import MessageModel
internal import PromotionCampaign
internal import QueueStore
internal import RiskControl
internal import RiskRules
internal import ServiceLifecycle
internal import Telemetry
internal import Tillwire
internal import TopicConsumer

/// The three systems behind the topic, each on a queue of its own.
struct TopicConsumers: Sendable {
    let risk: RiskControl<Store>
    let campaigns: CampaignManagement<Store>
    let promotions: PromotionCampaign<Store>

    /// Opens all three.
    ///
    /// - Throws: ``DaemonError``.
    static func open(
        _ files: DaemonFiles, rulesFile: String?, broker: EmbeddedBroker, directory: MerchantDirectory,
        book: RestrictionBook<Store>, client: OutboundClient, time: any TimeSource
    ) async throws(DaemonError) -> TopicConsumers {
        let merchants = RegisteredMerchants(merchants: directory)
        let risk: RiskControl<Store>
        do throws(RiskControlError) {
            risk = try await RiskControl.open(
                broker: broker, merchants: merchants, book: book,
                callback: files.callback.map { CallbackRoad(settings: $0, client: client) },
                rules: { () throws(RuleFileError) in try RiskFiles.rules(rulesFile) }, time: time,
                logger: Logger(label: "risk"))
        } catch {
            switch error {
            case .rules(let reason): throw .settings("risk.rules_file: \(reason)")
            case .store(let reason): throw DaemonError(reason)
            }
        }
        do throws(BrokerError) {
            return TopicConsumers(
                risk: risk,
                campaigns: try await CampaignManagement.open(
                    broker: broker, merchants: merchants, time: time, logger: Logger(label: "campaigns")),
                promotions: try await PromotionCampaign.open(
                    broker: broker, merchants: merchants, time: time, logger: Logger(label: "promotions")))
        } catch { throw DaemonError(error) }
    }

    /// In the order of their start.
    var services: [any Service] { [risk, campaigns, promotions] }

    /// What the console shows of orders that were set aside.
    var setAside: [SetAsideSource] {
        [
            SetAsideSource(name: "risk") { [risk] in await risk.setAsideOrders(countMax: $0) },
            SetAsideSource(name: "campaigns") { [campaigns] in await campaigns.setAside(countMax: $0) },
            SetAsideSource(name: "promotions") { [promotions] in await promotions.setAside(countMax: $0) },
        ]
    }

    /// What the status answers of them.
    var sections: [StatusSection] {
        [
            StatusSection(name: "risk") { [risk] in Self.members(await risk.figures()) },
            StatusSection(name: "campaigns") { [campaigns] in Self.members(await campaigns.figures()) },
            StatusSection(name: "promotions") { [promotions] in Self.members(await promotions.figures()) },
        ]
    }

    private static func members(_ risk: RiskFigures) -> [(name: String, value: StatusValue)] {
        [
            ("rule_set", .text(risk.ruleSet)), ("orders", .count(risk.counts.orders)),
            ("repeats", .count(risk.counts.repeats)), ("late", .count(risk.counts.late)),
            ("clock_millis", .integer(risk.clockMillis)), ("merchants", .count(risk.merchantCount)),
            ("without_room", .count(risk.counts.withoutRoom)),
            ("remembered_orders", .count(risk.recentOrderCount)), ("evicted_orders", .count(risk.evictedCount)),
            (
                "decisions",
                .object(DecisionAction.allCases.map { ($0.rawValue, .count(risk.counts.decided($0))) })
            ),
            ("set_aside", Self.object(risk.setAside)), ("failures", .count(risk.failures)),
            (
                "callbacks",
                .object([
                    ("answered", .count(risk.callbacks.answered)), ("failed_tries", .count(risk.callbacks.failedTries)),
                    ("waiting", .count(risk.callbacks.waitingCallbacks)),
                    ("waiting_restrictions", .count(risk.callbacks.waitingRestrictions)),
                    ("restricted", .count(risk.callbacks.restricted)), ("lifted", .count(risk.callbacks.lifted)),
                    ("restriction_failures", .count(risk.callbacks.restrictionFailures)),
                ])
            ),
        ]
    }

    private static func members(_ keeper: KeeperFigures) -> [(name: String, value: StatusValue)] {
        [
            ("definitions", .count(keeper.definitionCount)), ("consumed", .count(keeper.consumedCount)),
            ("clock_millis", .integer(keeper.clockMillis)), ("set_aside", object(keeper.setAsideCounts)),
            ("swept_rows", .count(keeper.sweptRowCount)), ("failures", .count(keeper.failureCount)),
        ]
    }

    private static func object(_ counts: [SetAsideReason: UInt64]) -> StatusValue {
        .object(SetAsideReason.allCases.map { ($0.rawValue, .count(counts[$0] ?? 0)) })
    }
}

// MARK: - Metrics

extension TopicConsumers {
    /// Their figures in the form of metrics. Labels come from bounded sets; there is none per merchant.
    func metricFamilies() async -> [MetricFamily] {
        let figures = await risk.figures()
        var orders = MetricFamily("risk_orders_total", .counter)
        orders.add([("outcome", "taken")], figures.counts.orders - figures.counts.late)
        orders.add([("outcome", "repeat")], figures.counts.repeats)
        orders.add([("outcome", "late")], figures.counts.late)
        orders.add([("outcome", "without_room")], figures.counts.withoutRoom)
        let keepers = [
            ("risk", figures.setAside), ("campaigns", await campaigns.figures().setAsideCounts),
            ("promotions", await promotions.figures().setAsideCounts),
        ]
        var setAside = MetricFamily("consumer_set_aside_total", .counter)
        for (consumer, counts) in keepers {
            for reason in SetAsideReason.allCases {
                setAside.add([("consumer", consumer), ("reason", reason.rawValue)], counts[reason] ?? 0)
            }
        }
        var decisions = MetricFamily("risk_decisions_total", .counter)
        for action in DecisionAction.allCases {
            decisions.add([("action", action.rawValue)], figures.counts.decided(action))
        }
        var callbacks = MetricFamily("risk_callbacks_total", .counter)
        callbacks.add([("outcome", "answered")], figures.callbacks.answered)
        callbacks.add([("outcome", "failed")], figures.callbacks.failedTries)
        return [
            orders, setAside, decisions, callbacks, MetricFamily("risk_merchants", .gauge, figures.merchantCount),
            MetricFamily("risk_remembered_orders", .gauge, figures.recentOrderCount),
            MetricFamily("risk_evicted_orders_total", .counter, figures.evictedCount),
            MetricFamily("risk_callbacks_waiting", .gauge, figures.callbacks.waitingCallbacks),
        ]
    }
}
