-- The best plain SQL for the same tables from the same file: gaps cut transactions and interactions, idle time cuts
-- engagements; every event gets its four ids and every unit its measures. The customer's id is taken as given.
CREATE TEMP TABLE placed AS
WITH read AS (
  SELECT event_id, source, system, channel, event_type, occurred_at AS moment, coalesce(ended_at, occurred_at) AS till, sequence,
         identifiers[1].value AS customer, session_key, chain_key, case_key, agent_id, queue_id, intent, disposition, outcome
  FROM read_parquet($FILES)),
gaps AS (
  SELECT *,
    CASE WHEN moment - max(till) OVER previous_events <= INTERVAL 10 MINUTE THEN 0 ELSE 1 END AS new_interaction,
    CASE WHEN lag(session_key) OVER system_events IS NOT DISTINCT FROM session_key
          AND moment - lag(till) OVER system_events <= INTERVAL 30 MINUTE THEN 0 ELSE 1 END AS new_transaction
  FROM read
  WINDOW previous_events AS (PARTITION BY customer ORDER BY moment, sequence, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
         system_events AS (PARTITION BY customer, source, system, channel ORDER BY moment, sequence, event_id)),
numbered AS (
  SELECT *,
    sum(new_interaction) OVER (PARTITION BY customer ORDER BY moment, sequence, event_id ROWS UNBOUNDED PRECEDING) AS interaction_no,
    sum(new_transaction) OVER (PARTITION BY customer, source, system, channel ORDER BY moment, sequence, event_id ROWS UNBOUNDED PRECEDING) AS transaction_no
  FROM gaps)
SELECT *,
  first_value(event_id) OVER (PARTITION BY customer, source, system, channel, transaction_no ORDER BY moment, sequence, event_id) AS transaction_id,
  first_value(event_id) OVER (PARTITION BY customer, interaction_no ORDER BY moment, sequence, event_id) AS interaction_id
FROM numbered;

CREATE TABLE peer_interaction_engagements AS
WITH units AS (
  SELECT customer, interaction_id, min(moment) AS first_at, max(till) AS last_at, arg_min(intent, moment) AS intent
  FROM placed GROUP BY ALL),
cut AS (
  SELECT *, CASE WHEN lag(intent) OVER w IS NOT DISTINCT FROM intent AND first_at - lag(last_at) OVER w <= INTERVAL 14 DAY
                 THEN 0 ELSE 1 END AS new_engagement
  FROM units WINDOW w AS (PARTITION BY customer, intent ORDER BY first_at, interaction_id)),
numbered AS (
  SELECT *, sum(new_engagement) OVER (PARTITION BY customer, intent ORDER BY first_at, interaction_id ROWS UNBOUNDED PRECEDING) AS engagement_no
  FROM cut)
SELECT interaction_id, customer,
  first_value(interaction_id) OVER (PARTITION BY customer, intent, engagement_no ORDER BY first_at, interaction_id) AS engagement_id
FROM numbered;

CREATE TABLE peer_event_places AS
SELECT event_id, placed.customer, transaction_id, interaction_id, engagement_id, 'own_anchor' AS attribution
FROM placed JOIN peer_interaction_engagements USING (interaction_id);

CREATE TABLE peer_transactions AS
SELECT transaction_id, interaction_id, customer, source, system, channel, min(moment) AS first_at, max(till) AS last_at, count(*) AS events,
  any_value(session_key) AS session_key, any_value(chain_key) AS chain_key, any_value(case_key) AS case_key, any_value(agent_id) AS agent_id,
  arg_max(queue_id, moment) AS queue_id, arg_min(intent, moment) AS intent, arg_max(disposition, moment) AS disposition, arg_max(outcome, moment) AS outcome
FROM placed GROUP BY transaction_id, interaction_id, customer, source, system, channel;

CREATE TABLE peer_interactions AS
SELECT interaction_id, engagement_id, t.customer, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS transactions,
  sum(events) AS events, count(DISTINCT system) AS systems, count(DISTINCT channel) AS channels, count(DISTINCT agent_id) AS agents,
  count(DISTINCT chain_key) AS contact_attempts, arg_min(intent, first_at) AS intent, arg_min(channel, first_at) AS first_channel,
  arg_max(channel, first_at) AS last_channel
FROM peer_transactions t JOIN peer_interaction_engagements USING (interaction_id) GROUP BY ALL;

CREATE TABLE peer_engagements AS
SELECT engagement_id, customer, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS interactions, sum(transactions) AS transactions,
  sum(events) AS events, sum(contact_attempts) AS contact_attempts, any_value(intent) AS intent
FROM peer_interactions GROUP BY ALL;

CREATE TABLE peer_journeys AS
SELECT customer, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS engagements, sum(interactions) AS interactions,
  sum(transactions) AS transactions, sum(events) AS events FROM peer_engagements GROUP BY ALL;
