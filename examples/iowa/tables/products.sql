-- The price list of one day; items sold that it does not list get their own category.
SELECT item AS code, description AS name, description AS name_en, category, category AS category_name, 'bottle' AS unit
FROM price_list
UNION ALL
SELECT DISTINCT item, item, item, '(NOT IN 2022-11 PRICE LIST)', '(NOT IN 2022-11 PRICE LIST)', 'bottle'
FROM lines WHERE item NOT IN (SELECT item FROM price_list)
ORDER BY code
