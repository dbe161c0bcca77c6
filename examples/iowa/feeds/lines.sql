-- Order lines with the category of the price list: a finer grain of the same fact for four counties.
SELECT l.store, l.date, l.item, coalesce(p.category, '(NOT IN 2022-11 PRICE LIST)') AS category,
       l.dollars::DECIMAL(18, 2) AS dollars, l.bottles, l.invoice_line
FROM lines l LEFT JOIN price_list p ON p.item = l.item
