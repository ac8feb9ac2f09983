-- Canonical events for `./dev bench link`: $EVENTS events, one customer for every 20, five events a sitting, sittings
-- spread over 90 days. Voice sittings have ivr, queue and agent legs; web and chat sittings one system.
-- More than 25 columns are filled and a row holds more than 250 bytes, as a vendor's export does.
CREATE OR REPLACE TEMP MACRO hex16(n) AS lpad(to_hex(hash(n)), 16, '0');
COPY (
  WITH base AS (
    SELECT i, i // 5 AS sitting, (i % 5)::INTEGER AS step, hash(i // 5) AS h
    FROM range($FIRST, $LAST) t(i)),
  placed AS (
    SELECT *, (h % ($EVENTS // 20)) AS customer, (h // 7919 % 3)::INTEGER AS kind,
           TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_seconds((h // 104729) % 7776000) + to_seconds(step * 45) AS moment
    FROM base)
  SELECT
    (hex16(i) || hex16(i + 7))::UUID AS event_id,
    'centre' AS source, 'default' AS stream, 'record-' || hex16(i) AS record_id, 0::INTEGER AS ordinal,
    epoch_us(moment) AS record_version, 'canonical@1.0.0#0000000000000000' AS mapping, '1:' || (i * 400) || ':400' AS raw_ref,
    'bench' AS vendor, 'native-' || step AS source_event_type,
    CASE kind WHEN 0 THEN 'voice' WHEN 1 THEN 'web' ELSE 'chat' END AS channel, NULL::VARCHAR AS channel_detail,
    CASE kind WHEN 0 THEN (['ivr.entered', 'ivr.exited', 'queue.entered', 'agent.connected', 'agent.disconnected'])[step + 1]
              WHEN 1 THEN 'web.page_viewed' ELSE 'message.received' END AS event_type,
    'activity ' || step AS activity, moment AS occurred_at, moment + INTERVAL 20 SECOND AS ended_at,
    's' AS occurred_precision, 'source_utc' AS occurred_quality, NULL::VARCHAR AS source_tz, moment AS recorded_at,
    moment + INTERVAL 1 HOUR AS ingested_at, step::BIGINT AS sequence, 'in' AS direction,
    CASE kind WHEN 0 THEN (['ivr', 'ivr', 'acd', 'agent', 'agent'])[step + 1] WHEN 1 THEN 'web' ELSE 'chat' END AS system,
    'intent ' || (h % 12) AS intent, 'customer' AS actor,
    'session-' || hex16(sitting) AS session_key, 'session-' || hex16(sitting) AS chain_key,
    NULL::VARCHAR AS parent_key, NULL::VARCHAR AS case_key,
    NULL::STRUCT(rel VARCHAR, system VARCHAR, id VARCHAR)[] AS links,
    [{kind: 'crm_id', value: 'C' || customer, raw: 'C' || customer, role: 'customer', assurance: 'system', issue: NULL::VARCHAR}] AS identifiers,
    'agent-' || (h % 400) AS agent_id, 'Agent number ' || (h % 400) AS agent_name, 'team ' || (h % 40) AS team,
    'queue-' || (h % 30) AS queue_id, 'Queue number ' || (h % 30) AS queue_name, NULL::VARCHAR[] AS skills,
    'flow-' || (h % 9) AS flow_id, 'Flow number ' || (h % 9) AS flow_name, 'node-' || (h % 90) AS node_id,
    'menu' AS node_type, 'option ' || (h % 9) AS node_result, 20000::BIGINT AS duration_ms, NULL::BIGINT AS wait_ms,
    NULL::BIGINT AS ring_ms, NULL::BIGINT AS talk_ms, NULL::BIGINT AS hold_ms, NULL::BIGINT AS acw_ms,
    NULL::VARCHAR AS outcome, NULL::VARCHAR AS outcome_reason, NULL::VARCHAR AS ended_by, NULL::VARCHAR AS disposition,
    NULL::DECIMAL(18,4) AS score, NULL::VARCHAR AS score_type, NULL::DECIMAL(18,4) AS score_min,
    NULL::DECIMAL(18,4) AS score_max, NULL::DECIMAL(18,4) AS amount, NULL::VARCHAR AS currency,
    NULL::VARCHAR AS amount_kind, NULL::VARCHAR AS text, NULL::VARCHAR AS text_kind, NULL::VARCHAR AS text_role,
    'en' AS language, false AS text_redacted, '{"bench.note":"' || hex16(i + 3) || '"}' AS attributes,
    NULL::VARCHAR AS consent, []::VARCHAR[] AS issues
  FROM placed
) TO '$FILE' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880);
