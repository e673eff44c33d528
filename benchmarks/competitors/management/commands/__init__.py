"""python -m django load_people"""
