"""A bot that takes operations though no vendor is set up: tests move their rows by hand."""

from dataclasses import replace

from bot.bot import Bot


def taking_operations(bot: Bot) -> Bot:
    house = replace(bot.asking.house, operations_on=True)
    return replace(bot, asking=replace(bot.asking, house=house))
