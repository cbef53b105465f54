#!/bin/python
alpha = 1
/// hidden = 2
beta = 3
gamma = 4
last = 5