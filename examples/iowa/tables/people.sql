-- Nobody here exists. A manager for every 35 shops of a county, at least two so that each has a deputy; a supervisor
-- per county; one person for each office of the state.
WITH counties AS (
    SELECT coalesce(replace(county, ' ', '-'), 'PENDING') AS county, count(*) AS shops FROM stores GROUP BY 1
),
managers AS (
    SELECT county, unnest(range(1, greatest(2, ceil(shops / 35.0)::BIGINT) + 1)) AS n FROM counties
)
SELECT format('IA-{}-M{:02d}', county, n) AS code,
       format('虚构经理 {} {}', county, n) AS name,
       format('Fictional manager {} {}', county, n) AS name_en,
       '2017-01-01' AS starts_on, 'IA-' || county AS unit_code, 'manager' AS role_code
FROM managers
UNION ALL
SELECT format('IA-{}-S', county), format('虚构主管 {}', county), format('Fictional supervisor {}', county),
       '2017-01-01', 'IA-' || county, 'supervisor'
FROM counties
UNION ALL
SELECT * FROM (VALUES
    ('IA-E', '虚构领导', 'Fictional executive', '2017-01-01', 'IA', 'executive'),
    ('IA-H', '虚构人力', 'Fictional HR', '2017-01-01', 'IA', 'hr'),
    ('IA-B', '虚构后台', 'Fictional back office', '2017-01-01', 'IA', 'back_office'),
    ('IA-A', '虚构审计', 'Fictional auditor', '2017-01-01', 'IA', 'auditor'),
    ('IA-Z', '虚构管理员', 'Fictional administrator', '2017-01-01', 'IA', 'administrator'))
ORDER BY code
