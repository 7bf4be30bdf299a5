"""Rehearses on a local stack what an operator does on AWS.

restore_drill   destroys the database and restores it, for `make drill` and for the rehearsal
whole           `make rehearse`: the life of a deployment with the values of aws.tfvars, step by step
deployment      the stack of the rehearsal: its values, applies and destroys
traffic         customers who report without a pause while something changes
day             a whole day: customers from a file, readings, a run, alarms and mails
second_release  the packages of two releases that differ
inventory       lists what an account holds, to find what a destroy leaves
step_report     runs steps one after the other, and prints them with their times
"""
