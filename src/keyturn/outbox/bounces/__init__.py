"""Bounces: mail servers that took a message and found later that nobody gets it (M0.5).

Every message leaves with a return path of its own, signed by us (`return_path`). What comes back there is read
(`reports`) and ends the message (`taking`); recovery/follow_up then ends what it carried. A report can only end
things: whoever forged one with a signature they saw would be a nuisance and no more.
"""
