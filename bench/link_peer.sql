-- The best plain SQL for the same tables from the same files: gaps cut transactions and interactions, idle time cuts
-- engagements. The rules are simpler than Clewline's (no chains, no scores, no agents' time, no patterns); the columns
-- are the same ones, and filled. The customer is taken as given.
CREATE TEMP TABLE placed AS
WITH read AS (
  SELECT event_id, source, system, channel, event_type, direction, actor, occurred_at AS moment, coalesce(ended_at, occurred_at) AS till,
         sequence, md5(identifiers[1].value)::UUID AS customer_id, session_key, chain_key, case_key, agent_id, queue_id, intent,
         disposition, outcome, actor = 'customer' AS present
  FROM read_parquet($FILES)),
gaps AS (
  SELECT *,
    CASE WHEN moment - max(till) OVER previous_events <= INTERVAL 10 MINUTE THEN 0 ELSE 1 END AS new_interaction,
    CASE WHEN lag(session_key) OVER system_events IS NOT DISTINCT FROM session_key
          AND moment - lag(till) OVER system_events <= INTERVAL 30 MINUTE THEN 0 ELSE 1 END AS new_transaction
  FROM read
  WINDOW previous_events AS (PARTITION BY customer_id ORDER BY moment, sequence, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
         system_events AS (PARTITION BY customer_id, source, system, channel ORDER BY moment, sequence, event_id)),
numbered AS (
  SELECT *,
    sum(new_interaction) OVER (PARTITION BY customer_id ORDER BY moment, sequence, event_id ROWS UNBOUNDED PRECEDING) AS interaction_no,
    sum(new_transaction) OVER (PARTITION BY customer_id, source, system, channel ORDER BY moment, sequence, event_id ROWS UNBOUNDED PRECEDING) AS transaction_no
  FROM gaps)
SELECT *,
  first_value(event_id) OVER (PARTITION BY customer_id, source, system, channel, transaction_no ORDER BY moment, sequence, event_id) AS transaction_id,
  first_value(event_id) OVER (PARTITION BY customer_id, interaction_no ORDER BY moment, sequence, event_id) AS interaction_id
FROM numbered;

CREATE TEMP TABLE interaction_engagements AS
WITH units AS (
  SELECT customer_id, interaction_id, min(moment) AS first_at, max(till) AS last_at, arg_min(intent, moment) AS intent
  FROM placed GROUP BY ALL),
cut AS (
  SELECT *, CASE WHEN lag(intent) OVER w IS NOT DISTINCT FROM intent AND first_at - lag(last_at) OVER w <= INTERVAL 14 DAY
                 THEN 0 ELSE 1 END AS new_engagement
  FROM units WINDOW w AS (PARTITION BY customer_id, intent ORDER BY first_at, interaction_id)),
numbered AS (
  SELECT *, sum(new_engagement) OVER (PARTITION BY customer_id, intent ORDER BY first_at, interaction_id ROWS UNBOUNDED PRECEDING) AS engagement_no
  FROM cut)
SELECT interaction_id,
  first_value(interaction_id) OVER (PARTITION BY customer_id, intent, engagement_no ORDER BY first_at, interaction_id) AS engagement_id
FROM numbered;

CREATE TABLE event_places AS
SELECT event_id, customer_id, transaction_id, interaction_id, engagement_id, 'own_anchor' AS attribution
FROM placed JOIN interaction_engagements USING (interaction_id);

CREATE TABLE customers AS
SELECT DISTINCT md5(identifiers[1].value)::UUID AS customer_id, true AS identified, identifiers[1].kind AS naming_kind,
  identifiers[1].value AS naming_value
FROM read_parquet($FILES);

CREATE TABLE transactions AS
SELECT transaction_id, interaction_id, engagement_id, customer_id, source, system, channel,
  CASE WHEN system = 'acd' THEN 'routing' WHEN system IN ('agent', 'chat', 'mail') THEN 'assisted' ELSE 'self_service' END AS role,
  any_value(direction) AS direction, min(moment) AS first_at, max(till) AS last_at,
  min(moment) FILTER (present) AS presence_from, max(till) FILTER (present) AS presence_to, count(*)::INTEGER AS events,
  any_value(session_key) AS session_key, any_value(chain_key) AS chain_key, arg_min(case_key, moment) AS case_key,
  arg_max(agent_id, moment) AS agent_id, arg_max(queue_id, moment) AS queue_id, arg_min(intent, moment) AS intent,
  arg_max(disposition, moment) AS disposition, arg_max(outcome, moment) AS outcome,
  CASE WHEN system = 'acd' THEN sum(date_diff('millisecond', moment, till)) END::BIGINT AS wait_ms,
  CASE WHEN system = 'agent' THEN sum(date_diff('millisecond', moment, till)) END::BIGINT AS talk_ms,
  NULL::BIGINT AS hold_ms, NULL::BIGINT AS wrap_ms, max(till) - min(moment) > INTERVAL 1 DAY AS presence_clipped
FROM placed JOIN interaction_engagements USING (interaction_id)
GROUP BY transaction_id, interaction_id, engagement_id, customer_id, source, system, channel;

CREATE TABLE interactions AS
SELECT interaction_id, engagement_id, customer_id, 'contact' AS kind, 'customer' AS initiated_by, min(first_at) AS first_at,
  max(last_at) AS last_at, min(presence_from) AS presence_from, max(presence_to) AS presence_to,
  arg_min(channel, first_at) AS first_channel, arg_max(channel, first_at) AS last_channel, count(*)::INTEGER AS transactions,
  count(*) FILTER (role IN ('self_service', 'assisted'))::INTEGER AS handling_transactions, sum(events)::INTEGER AS events,
  count(DISTINCT system)::INTEGER AS systems, count(DISTINCT channel)::INTEGER AS channels, count(DISTINCT agent_id)::INTEGER AS agents,
  count(DISTINCT chain_key)::INTEGER AS contact_attempts, arg_min(intent, first_at) AS intent,
  arg_max(case_key, talk_ms) AS primary_case, arg_max(outcome, first_at) AS outcome, NULL::VARCHAR AS pattern
FROM transactions GROUP BY interaction_id, engagement_id, customer_id;

CREATE TABLE engagements AS
WITH units AS (
  SELECT engagement_id, customer_id, min(first_at) AS first_at, max(last_at) AS last_at, count(*)::INTEGER AS interactions,
    sum(contact_attempts)::INTEGER AS contact_attempts, sum(transactions)::INTEGER AS transactions, sum(events)::INTEGER AS events,
    any_value(intent) AS intent, any_value(primary_case) AS case_key, arg_max(outcome, last_at) AS outcome
  FROM interactions GROUP BY ALL),
parts AS (
  SELECT engagement_id, count(DISTINCT channel)::INTEGER AS channels, count(DISTINCT agent_id)::INTEGER AS agents
  FROM transactions GROUP BY ALL)
SELECT engagement_id, customer_id, 'contact' AS kind, first_at, last_at, interactions, interactions AS contacts, contact_attempts,
  transactions, events, channels, agents, intent, case_key, NULL::VARCHAR AS goal,
  CASE outcome WHEN 'completed' THEN 'resolved' WHEN 'abandoned' THEN 'abandoned' ELSE 'unknown' END AS result,
  'open' AS last_state, last_at + INTERVAL 14 DAY AS lapses_at, 1::DOUBLE AS link_probability
FROM units JOIN parts USING (engagement_id);

CREATE TABLE journeys AS
WITH units AS (
  SELECT customer_id, min(first_at) AS first_at, max(last_at) AS last_at, count(*)::INTEGER AS engagements,
    sum(interactions)::INTEGER AS interactions, sum(contacts)::INTEGER AS contacts, sum(transactions)::INTEGER AS transactions,
    sum(events)::BIGINT AS events
  FROM engagements GROUP BY ALL),
parts AS (SELECT customer_id, count(DISTINCT channel)::INTEGER AS channels FROM transactions GROUP BY ALL)
SELECT customer_id, first_at, last_at, engagements, interactions, contacts, transactions, events, channels
FROM units JOIN parts USING (customer_id);
