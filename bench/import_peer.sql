-- The rows that the import writes from the same file, by the best SQL we know. $FILE is the file.
INSERT INTO peer.events BY NAME
SELECT md5(concat(callid, '/', event_type, '/', n))::UUID AS event_id, 'asterisk' AS source, 'queue_log' AS stream,
       md5(concat(epoch, callid, queue, agent, verb, d1, d2, d3)) || '-0' AS record_id, 0 AS ordinal,
       'bench@1.0.0#0123456789ab' AS mapping, concat('1:', n, ':60') AS raw_ref, 'asterisk' AS vendor, verb AS source_event_type,
       'voice' AS channel, event_type, event_type AS activity, to_timestamp(epoch::BIGINT) AS occurred_at, 's' AS occurred_precision,
       'source_utc' AS occurred_quality, now() AS ingested_at, n AS sequence,
       CASE WHEN starts_with(event_type, 'queue') THEN 'acd' ELSE 'agent' END AS system,
       CASE WHEN starts_with(event_type, 'queue') THEN 'customer' ELSE 'agent' END AS actor,
       callid AS session_key, callid AS chain_key, queue AS queue_id,
       CASE WHEN verb = 'ENTERQUEUE' THEN [struct_pack(kind := 'phone', value := d2, raw := d2, role := 'customer', assurance := 'network', issue := NULL::VARCHAR)] ELSE [] END AS identifiers,
       CASE WHEN verb IN ('CONNECT', 'COMPLETEAGENT', 'COMPLETECALLER') THEN agent END AS agent_id,
       CASE verb WHEN 'CONNECT' THEN TRY_CAST(d1 AS BIGINT) * 1000 WHEN 'ABANDON' THEN TRY_CAST(d3 AS BIGINT) * 1000 END AS wait_ms,
       CASE verb WHEN 'CONNECT' THEN TRY_CAST(d3 AS BIGINT) * 1000 END AS ring_ms,
       CASE WHEN verb LIKE 'COMPLETE%' THEN TRY_CAST(d2 AS BIGINT) * 1000 END AS talk_ms,
       CASE verb WHEN 'COMPLETEAGENT' THEN 'agent' WHEN 'COMPLETECALLER' THEN 'customer' END AS ended_by,
       CASE verb WHEN 'ABANDON' THEN 'abandoned' END AS outcome, []::VARCHAR[] AS issues
FROM (SELECT *, row_number() OVER () AS n,
             CASE verb WHEN 'ENTERQUEUE' THEN 'queue.entered' WHEN 'CONNECT' THEN 'agent.connected' WHEN 'ABANDON' THEN 'queue.abandoned' ELSE 'agent.disconnected' END AS event_type
      FROM read_csv('$FILE', delim = '|', header = false, quote = '', escape = '', null_padding = true, auto_detect = false, all_varchar = true,
                    columns = {'epoch': 'VARCHAR', 'callid': 'VARCHAR', 'queue': 'VARCHAR', 'agent': 'VARCHAR', 'verb': 'VARCHAR', 'd1': 'VARCHAR', 'd2': 'VARCHAR', 'd3': 'VARCHAR'}));

INSERT INTO peer.receipts BY NAME
SELECT 1 AS import_id, 1 AS file_id, n * 60 AS byte_offset, 60 AS byte_length, n AS line, n AS ordinal, 'asterisk' AS source, 'queue_log' AS stream,
       md5(concat(epoch, callid, queue, agent, verb, d1, d2, d3)) || '-0' AS record_id, md5(concat(epoch, callid, queue, agent, verb, d1, d2, d3))::UUID AS content_hash,
       'event' AS content_kind, 'accepted' AS verdict, 'events' AS usable
FROM (SELECT *, row_number() OVER () AS n
      FROM read_csv('$FILE', delim = '|', header = false, quote = '', escape = '', null_padding = true, auto_detect = false, all_varchar = true,
                    columns = {'epoch': 'VARCHAR', 'callid': 'VARCHAR', 'queue': 'VARCHAR', 'agent': 'VARCHAR', 'verb': 'VARCHAR', 'd1': 'VARCHAR', 'd2': 'VARCHAR', 'd3': 'VARCHAR'}));

INSERT INTO peer.records BY NAME
SELECT 'asterisk' AS source, 'queue_log' AS stream, record_id, content_hash, 'event' AS content_kind, 1 AS import_id, 1 AS file_id, byte_offset, byte_length, 1 AS events, now() AS received_at
FROM peer.receipts;
