"""Billing: mandates, the VAT decision, number series, and every document of a mission.

`domain/tax.py` decides VAT over dated tables; `domain/mission.py` says which documents the facts of a mission ask for;
`domain/invoices.py` and `domain/platform_papers.py` write them; `use_cases/issue_documents.py` brings them out, each once, with its
number and its PDF in one transaction; `adapters/typst_press.py` prints them from `data/document.typ`.
"""
