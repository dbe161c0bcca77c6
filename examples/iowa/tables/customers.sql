-- A customer per shop number, and one per chain as the head of its group. A chain is known by how its shops' names
-- begin; with 50 shops and more its members bear the mark "chain_member", a condition of key accounts.
WITH chains (chain, opening) AS (VALUES
    ('CASEYS', 'CASEY''S'), ('HY-VEE', 'HY-VEE'), ('FAREWAY', 'FAREWAY'), ('KUM-AND-GO', 'KUM & GO'),
    ('WALGREENS', 'WALGREENS'), ('WAL-MART', 'WAL-MART'), ('QUIK-TRIP', 'QUIK TRIP'), ('TARGET', 'TARGET'),
    ('CVS', 'CVS'), ('SAMS-CLUB', 'SAM''S CLUB'), ('YESWAY', 'YESWAY')
),
first_months AS (SELECT store, min(month) AS first FROM months GROUP BY store),
shops AS (
    SELECT s.*, coalesce(replace(s.county, ' ', '-'), 'PENDING') AS unit, c.chain,
           count(*) OVER (PARTITION BY s.county) AS shops_there,
           row_number() OVER (PARTITION BY s.county ORDER BY s.store) AS place,
           count(*) OVER (PARTITION BY c.chain) AS chain_shops
    FROM stores s LEFT JOIN chains c ON starts_with(upper(s.name), c.opening)
),
served AS (
    SELECT *, greatest(2, ceil(shops_there / 35.0)::BIGINT) AS managers FROM shops
)
SELECT store AS code,
       coalesce(name, store) AS name,
       'IA-' || unit AS unit_code,
       coalesce(first, DATE '2017-01-01')::VARCHAR AS starts_on,
       '零售店' AS kind,
       CASE WHEN chain IS NOT NULL THEN 'G-' || chain END AS group_code,
       concat_ws(', ', address, city, zip) AS address,
       CASE WHEN coord_suspect = 'false' THEN lat END AS lat,
       CASE WHEN coord_suspect = 'false' THEN lon END AS lon,
       format('IA-{}-M{:02d}', unit, place % managers + 1) AS primary_code,
       format('IA-{}-M{:02d}', unit, (place + 1) % managers + 1) AS deputy_code,
       CASE WHEN chain IS NOT NULL AND chain_shops >= 50 THEN 'chain_member' END AS traits
FROM served LEFT JOIN first_months USING (store)
UNION ALL
SELECT 'G-' || chain, opening || ' 总部 (head office)', 'IA', '2017-01-01', '连锁总部', NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM chains
ORDER BY code
