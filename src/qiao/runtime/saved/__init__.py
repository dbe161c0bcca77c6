"""Lists kept under a name: what is searched, filtered, sorted and grouped, for oneself or for all who may open the list."""
