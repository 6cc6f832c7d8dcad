#!/usr/bin/env python3
"""Makes orders.xlsx, the workbook for orders.datapackage.json: nothing of it is known to the program. Needs xlsxwriter."""
import os
from datetime import date, datetime

import xlsxwriter

CUSTOMERS = [
    ["客户编号", "客户名称", "邮箱", "等级", "上级客户"],
    ["C001", "春雨农资", "chunyu@example.com", "金", None],
    ["C002", "金穗公司", "jinsui@example.com", "gold", "C001"],
    ["C003", "绿源经营部", "not an address", "银", "C001"],  # C4: no address
    ["C003", "惠农站", None, "铜", "C009"],  # A5: twice; D5: no such level; E5: no such customer
    ["D004", "富民供销社", None, None, None],  # A6: not of the pattern
]
ORDERS = [
    ["订单明细（示例）", None, None, None, None, None, None],
    ["订单号", "行号", "客户编号", "下单日期", "数量", "税率", "是否加急"],
    ["P10001", 1, "C001", date(2007, 3, 5), 120, 0.13, "是"],
    ["P10001", 2, "C002", date(2007, 3, 5), "１，２００件", 0.13, "否"],  # E4: read leniently
    ["P10001", 2, "C002", date(2007, 3, 6), 30, 0.06, None],  # A5: the same key as row 4
    ["P2", 1, "C002", date(2007, 4, 1), 15, 0.13, "是"],  # A6: too short
    ["P10003", 1, "C007", date(2006, 12, 31), 0, 0.17, "也许"],  # C7, D7, E7, F7, G7
    ["P10004", 0, "C001", "2007-02-30", "n/a", 0, "否"],  # B8, D8, E8: blank, and required
    ["P10005", 1.5, "C001", date(2007, 5, 1), "十二", 0.13, True],  # B9, E9
]


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "orders.xlsx")
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": datetime(2007, 12, 31)})
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    for title, rows, header in [("客户", CUSTOMERS, 0), ("订单", ORDERS, 1)]:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 6, 14)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif value is not None:
                    sheet.write(r, c, value, bold if r == header else None)
    book.add_worksheet("备注").write(0, 0, "这张表不在描述文件中")
    book.close()


if __name__ == "__main__":
    main()
