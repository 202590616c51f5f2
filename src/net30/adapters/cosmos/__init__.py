"""Cosmos: the books and accounts in one container of Azure Cosmos DB, a partition for each.

`opening` opens the container, `store` and `accounts` keep the ports. What is written at once is
one transactional batch (`commit`), by whoever has the partition's turn (`turn`).
"""
