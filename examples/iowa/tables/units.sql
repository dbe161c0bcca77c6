-- One unit per county; shops without a county wait in 待定 (IA-PENDING) until somebody places them.
SELECT 'IA-' || replace(county, ' ', '-') AS code,
       county || ' 县' AS name_zh,
       county || ' county' AS name_en,
       'county' AS kind,
       'IA' AS parent_code,
       '2017-01-01' AS starts_on,
       round(median(lat::DOUBLE) FILTER (WHERE coord_suspect = 'false'), 5) AS lat,
       round(median(lon::DOUBLE) FILTER (WHERE coord_suspect = 'false'), 5) AS lon
FROM stores
WHERE county IS NOT NULL
GROUP BY county
UNION ALL
SELECT 'IA-PENDING', '待定', 'To be placed', 'pending', 'IA', '2017-01-01', NULL, NULL
ORDER BY code
